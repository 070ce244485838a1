"""The REST API: drinks, days and goal of the journal whose key a request bears."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response

from app import __version__, journal
from app.connections import tell_changed
from app.database import check_database
from app.errors import ApiError, not_found
from app.keys import owner_of_key
from app.schemas import Day, DayOfDrinks, Drink, DrinkContent, Goal, NewDrink

# `async` although they block: an instance serves one request at a time, so a thread for each would only cost time
router = APIRouter(prefix="/api")


async def _owner(authorization: Annotated[str | None, Header()] = None) -> str:
    scheme, _, key = (authorization or "").partition(" ")
    owner = owner_of_key(key.strip()) if scheme.lower() == "bearer" else None
    if owner is None:
        raise ApiError(401, "UNAUTHORIZED", "the header Authorization must be 'Bearer' and the key of a journal", {"WWW-Authenticate": "Bearer"})
    return owner


Owner = Annotated[str, Depends(_owner)]


@router.get("/health")
async def health() -> dict[str, str]:
    check_database()
    return {"status": "ok", "database": "ok", "version": __version__}


@router.get("/days/{day}")
async def read_day(day: Day, owner: Owner) -> DayOfDrinks:
    return journal.day_of(owner, day)


@router.post("/drinks", status_code=201)
async def record(drink: NewDrink, owner: Owner, response: Response) -> Drink:
    recorded = journal.record(owner, [drink])
    if recorded.conflicts:
        raise ApiError(409, "CONFLICT", f"the id {drink.id} is that of another drink")
    tell_changed(owner, recorded.days)
    if not recorded.new:
        response.status_code = 200
    response.headers["Location"] = f"/api/drinks/{drink.id}"
    return recorded.kept[drink.id]


@router.get("/drinks/{drink_id}")
async def read(drink_id: uuid.UUID, owner: Owner) -> Drink:
    drink = journal.drink_of(owner, drink_id)
    if drink is None:
        raise not_found(drink_id)
    return drink


@router.put("/drinks/{drink_id}")
async def replace(drink_id: uuid.UUID, content: DrinkContent, owner: Owner) -> Drink:
    replaced = journal.replace(owner, drink_id, content)
    if replaced is None:
        raise not_found(drink_id)
    drink, days = replaced
    tell_changed(owner, days)
    return drink


@router.delete("/drinks/{drink_id}", status_code=204)
async def remove(drink_id: uuid.UUID, owner: Owner) -> None:
    day = journal.remove(owner, drink_id)
    if day is None:
        raise not_found(drink_id)
    tell_changed(owner, [day])


@router.get("/goal")
async def read_goal(owner: Owner) -> Goal:
    return Goal(millilitres=journal.goal_of(owner))


@router.put("/goal")
async def set_goal(goal: Goal, owner: Owner) -> Goal:
    journal.set_goal(owner, goal.millilitres)
    # of no day in particular: a goal is that of all
    tell_changed(owner, [])
    return goal
