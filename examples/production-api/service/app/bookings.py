"""Create, read, update, delete and list bookings."""

import base64
import binascii
import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import transaction
from app.errors import ApiError
from app.models import Booking
from app.schemas import BookingInput, BookingOutput, BookingPage, Line, Moment

router = APIRouter(prefix="/bookings", tags=["bookings"])


@router.post("", status_code=201)
def create(booking: BookingInput, response: Response) -> BookingOutput:
    """Book a room. 409 if it is taken at that time."""
    with transaction() as session:
        row = Booking(**booking.model_dump())
        session.add(row)
        answer = _written(session, row)
    response.headers["Location"] = f"/bookings/{answer.id}"
    return answer


@router.get("")
def find(
    room: Annotated[Line | None, Query(max_length=80)] = None,
    after: Annotated[Moment | None, Query(description="Bookings that end after this moment")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200, description="`nextCursor` of the page before")] = None,
) -> BookingPage:
    """Bookings in order of their start, page by page."""
    query = select(Booking).order_by(Booking.starts_at, Booking.id).limit(limit + 1)
    if room is not None:
        query = query.where(Booking.room == room)
    if after is not None:
        query = query.where(Booking.ends_at > after)
    if cursor is not None:
        # by position, not by offset: a booking made meanwhile neither repeats nor hides another
        query = query.where(tuple_(Booking.starts_at, Booking.id) > _position(cursor))
    with transaction() as session:
        rows = session.scalars(query).all()
    page = rows[:limit]
    following = _cursor(page[-1]) if len(rows) > limit else None
    return BookingPage(items=[BookingOutput.model_validate(row) for row in page], next_cursor=following)


@router.get("/{booking_id}")
def read(booking_id: uuid.UUID) -> BookingOutput:
    """One booking."""
    with transaction() as session:
        return BookingOutput.model_validate(_existing(session, booking_id))


@router.put("/{booking_id}")
def update(booking_id: uuid.UUID, booking: BookingInput) -> BookingOutput:
    """Replace a booking. 409 if the room is taken at the new time."""
    with transaction() as session:
        row = _existing(session, booking_id, lock=True)
        for name, value in booking.model_dump().items():
            setattr(row, name, value)
        answer = _written(session, row)
    return answer


@router.delete("/{booking_id}", status_code=204)
def delete(booking_id: uuid.UUID) -> None:
    """Cancel a booking."""
    with transaction() as session:
        session.delete(_existing(session, booking_id, lock=True))


def _existing(session: Session, booking_id: uuid.UUID, lock: bool = False) -> Booking:
    row = session.get(Booking, booking_id, with_for_update=lock)
    if row is None:
        raise ApiError(404, "NOT_FOUND", f"no booking has the id {booking_id}")
    return row


def _written(session: Session, row: Booking) -> BookingOutput:
    try:
        session.flush()
    except IntegrityError as error:
        if error.orig is not None and getattr(error.orig.diag, "constraint_name", None) == "bookings_no_overlap":
            raise ApiError(409, "ROOM_TAKEN", "the room is taken during a part of this time") from error
        raise
    session.refresh(row)
    return BookingOutput.model_validate(row)


def _cursor(row: Booking) -> str:
    return base64.urlsafe_b64encode(f"{row.starts_at.isoformat()} {row.id}".encode()).decode()


def _position(cursor: str) -> tuple[datetime, uuid.UUID]:
    try:
        moment, _, booking_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        starts_at = datetime.fromisoformat(moment)
        if starts_at.tzinfo is None:
            raise ValueError("no time zone")
        return starts_at, uuid.UUID(booking_id)
    except (ValueError, binascii.Error) as error:
        raise ApiError(400, "VALIDATION_FAILED", "query.cursor: must be the nextCursor of a page, unchanged") from error
