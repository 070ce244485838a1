"""The table, and what clients send and receive of it."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import DateTime, Index, String, Uuid, false, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the migrations compare the database with."""


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    text: Mapped[str] = mapped_column(String(500))
    done: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (Index("notes_in_order", "created_at", "id"),)


class NoteInput(BaseModel):
    """Unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")

    # no control characters: among them is NUL, which PostgreSQL cannot store
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
    # optional: clients of the version before do not send it
    done: bool = False


class NoteOutput(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    text: str
    done: bool
    created_at: datetime
