"""What clients send and receive."""

import re
import uuid
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(value: Any) -> Any:
    # pydantic would also take moments and numbers
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("must be a day such as 2030-01-31")
    return value


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


Day = Annotated[date, BeforeValidator(_day), BeforeValidator(_text), Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
Moment = Annotated[
    AwareDatetime, BeforeValidator(_text), Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))
]


class Kind(StrEnum):
    WATER = "water"
    TEA = "tea"
    COFFEE = "coffee"
    JUICE = "juice"
    MILK = "milk"
    SODA = "soda"


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class DrinkContent(Camel):
    """A drink without its id; unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    millilitres: Annotated[int, Field(strict=True, ge=1, le=5000)]
    day: Day
    drunk_at: Moment


class NewDrink(DrinkContent):
    """A drink as a client records it. With the id of a client it can be repeated."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4)


class RepeatableDrink(DrinkContent):
    """A drink in a message, which always has its id: it is acknowledged by it."""

    id: uuid.UUID


class Drink(Camel):
    """A drink as it is kept."""

    id: uuid.UUID
    kind: Kind
    millilitres: int
    day: date
    drunk_at: datetime
    created_at: datetime


class DayOfDrinks(Camel):
    day: date
    goal_millilitres: int
    total_millilitres: int
    drinks: list[Drink]


class Goal(Camel):
    model_config = ConfigDict(extra="forbid")

    millilitres: Annotated[int, Field(strict=True, ge=250, le=10_000)]


def faults_of(errors: list[Any]) -> str:
    """Where and why, never the value: it may be what should not be repeated in logs of the client."""
    return "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in errors)


def faults(error: ValidationError) -> str:
    return faults_of(error.errors())
