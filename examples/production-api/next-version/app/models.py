"""The tables."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, Integer, String, Uuid, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the migrations compare the database with."""


class Booking(Base):
    """A room, taken from a moment up to, not including, another."""

    __tablename__ = "bookings"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    room: Mapped[str] = mapped_column(String(80))
    booked_by: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    attendees: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())

    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="bookings_end_after_start"),
        CheckConstraint("attendees BETWEEN 1 AND 500", name="bookings_attendees"),
        # the database itself refuses two bookings of a room at once, however many tasks write at the same time
        ExcludeConstraint(
            ("room", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="bookings_no_overlap",
            using="gist",
        ),
        Index("bookings_in_order", "starts_at", "id"),
    )
