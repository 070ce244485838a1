"""What is kept of a journal: its drinks and its goal. Whose it is, is asked in every statement."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.database import reading, transaction
from app.observability import count
from app.schemas import DayOfDrinks, Drink, DrinkContent, NewDrink, RepeatableDrink
from app.tables import active_days, drinks, goals

DEFAULT_GOAL = 2000


@dataclass(frozen=True)
class Recorded:
    """What became of drinks: those that are kept now, those of them that were not before, and ids that are taken by something else."""

    kept: dict[uuid.UUID, Drink]
    new: set[uuid.UUID]
    conflicts: set[uuid.UUID]

    @property
    def days(self) -> list[date]:
        """Also those of repeated drinks: who recorded them first may have died before it told anyone."""
        return sorted({drink.day for drink in self.kept.values()})


def record(owner: str, inputs: Sequence[NewDrink | RepeatableDrink]) -> Recorded:
    """Keep drinks. One that is kept already, with the same content, is kept only once."""
    # in order of their ids, so that two batches with the same drinks wait for each other, and not both
    values = [{**drink.model_dump(), "owner": owner} for drink in sorted(inputs, key=lambda drink: drink.id)]
    with transaction() as connection:
        made = connection.execute(insert(drinks).values(values).on_conflict_do_nothing().returning(drinks)).all()
        new = {row.id for row in made}
        kept = {row.id: Drink.model_validate(row) for row in made}
        known = [drink.id for drink in inputs if drink.id not in new]
        if known:
            rows = connection.execute(select(drinks).where(drinks.c.id.in_(known), drinks.c.owner == owner)).all()
            kept |= {row.id: Drink.model_validate(row) for row in rows}
        first_today = bool(new) and _is_first_today(connection, owner)
    if new:
        count("DrinksRecorded", len(new))
    if first_today:
        count("ActiveDrinkers")
    conflicts = {drink.id for drink in inputs if drink.id not in kept or not _same(drink, kept[drink.id])}
    return Recorded({id: drink for id, drink in kept.items() if id not in conflicts}, new - conflicts, conflicts)


def _is_first_today(connection: Connection, owner: str) -> bool:
    """A journal is counted once a day, so that the sum over a day is the number of those who used it."""
    today = datetime.now(UTC).date()
    counted = insert(active_days).values(owner=owner, day=today).on_conflict_do_nothing().returning(active_days.c.day)
    return connection.scalar(counted) is not None


def _same(given: DrinkContent, kept: Drink) -> bool:
    content = set(DrinkContent.model_fields)
    return given.model_dump(include=content) == kept.model_dump(include=content)


def drink_of(owner: str, drink_id: uuid.UUID) -> Drink | None:
    with reading() as connection:
        row = connection.execute(select(drinks).where(drinks.c.id == drink_id, drinks.c.owner == owner)).one_or_none()
    return None if row is None else Drink.model_validate(row)


def replace(owner: str, drink_id: uuid.UUID, content: DrinkContent) -> tuple[Drink, list[date]] | None:
    """The drink as it is now, and the days that changed: two if it moved."""
    own = and_(drinks.c.id == drink_id, drinks.c.owner == owner)
    before = select(drinks.c.id, drinks.c.day).where(own).with_for_update().cte("before")
    statement = (
        update(drinks).where(drinks.c.id == before.c.id).values(**content.model_dump()).returning(drinks, before.c.day.label("day_before"))
    )
    with transaction() as connection:
        row = connection.execute(statement).one_or_none()
    return None if row is None else (Drink.model_validate(row), sorted({row.day, row.day_before}))


def remove(owner: str, drink_id: uuid.UUID) -> date | None:
    """The day that it was on, if it was there."""
    with transaction() as connection:
        return connection.scalar(delete(drinks).where(drinks.c.id == drink_id, drinks.c.owner == owner).returning(drinks.c.day))


def _goal(owner: str) -> Any:
    return func.coalesce(select(goals.c.millilitres).where(goals.c.owner == owner).scalar_subquery(), DEFAULT_GOAL)


def goal_of(owner: str) -> int:
    with reading() as connection:
        return connection.scalar(select(_goal(owner)))


def set_goal(owner: str, millilitres: int) -> None:
    statement = insert(goals).values(owner=owner, millilitres=millilitres)
    with transaction() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["owner"], set_={"millilitres": millilitres}))


def day_of(owner: str, day: date) -> DayOfDrinks:
    """Goal and drinks in one statement: a row of the goal, joined with each drink if there is any."""
    goal = select(_goal(owner).label("goal")).subquery("goal")
    joined = goal.outerjoin(drinks, and_(drinks.c.owner == owner, drinks.c.day == day))
    with reading() as connection:
        rows = connection.execute(select(goal.c.goal, drinks).select_from(joined).order_by(drinks.c.drunk_at.desc(), drinks.c.id)).all()
    found = [Drink.model_validate(row) for row in rows if row.id is not None]
    total = sum(drink.millilitres for drink in found)
    return DayOfDrinks(day=day, goal_millilitres=rows[0].goal, total_millilitres=total, drinks=found)
