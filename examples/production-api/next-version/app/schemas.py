"""What clients send and receive."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

# Control characters are refused; among them is NUL, which PostgreSQL cannot store.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class BookingInput(Camel):
    """A booking as a client writes it; unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")

    room: Annotated[Line, StringConstraints(max_length=80)]
    booked_by: Annotated[Line, StringConstraints(max_length=200)]
    starts_at: Moment
    ends_at: Moment
    # optional: clients of the version before do not send it
    attendees: Annotated[int, Field(ge=1, le=500)] = 1

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> "BookingInput":
        if self.ends_at <= self.starts_at:
            raise ValueError("endsAt must be after startsAt")
        return self


class BookingOutput(Camel):
    """A booking as the service shows it."""

    id: uuid.UUID
    room: str
    booked_by: str
    starts_at: datetime
    ends_at: datetime
    attendees: int
    created_at: datetime
    updated_at: datetime


class BookingPage(Camel):
    """Some bookings in order of their start; `nextCursor` asks for those that follow, and is null on the last page."""

    items: list[BookingOutput]
    next_cursor: str | None


class ErrorDetail(Camel):
    code: str
    message: str
    request_id: str
    timestamp: datetime


class ErrorBody(Camel):
    """The body of every answer that is an error."""

    error: ErrorDetail
