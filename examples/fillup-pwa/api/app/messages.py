"""WebSocket events of API Gateway: connections come and go, and send messages that are answered by a push."""

import json
import time
import uuid
from typing import Any

from pydantic import ValidationError

from app import connections, journal
from app.errors import unavailable_because
from app.keys import owner_of_key
from app.observability import logger, response_time
from app.schemas import RepeatableDrink, faults

MOST_DRINKS = 10
TAKEN = "the id is that of another drink"
DONE = {"statusCode": 200}


class MessageRefused(Exception):
    """A message that is answered with why it was not taken."""


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """What API Gateway gets says nothing to the client: routes have no response of their own."""
    connection_id, kind = event["requestContext"]["connectionId"], event["requestContext"]["eventType"]
    if kind == "DISCONNECT":
        _forget(connection_id)
    elif kind == "MESSAGE":
        started = time.perf_counter()
        _take(connection_id, event.get("body"))
        response_time(time.perf_counter() - started)
    # a connection is nobody's until it says hello: nothing to write yet
    return DONE


def _forget(connection_id: str) -> None:
    try:
        connections.forget([connection_id])
    except Exception:
        # found to be gone by the next push, or swept
        logger.exception("connection not forgotten")


def _take(connection_id: str, body: str | None) -> None:
    changed = None
    try:
        reply, changed = _reply(connection_id, _parse(body))
    except MessageRefused as refusal:
        reply = {"type": "error", "message": str(refusal)}
    except Exception as error:
        logger.exception("message not taken")
        reply = {"type": "error", "message": unavailable_because(error) or "an unexpected error"}
    if not connections.push(connection_id, reply):
        _forget(connection_id)
    if changed:
        connections.tell_changed(*changed)


def _parse(body: str | None) -> dict[str, Any]:
    try:
        message = json.loads(body or "")
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or message.get("action") != "sendMessage":
        raise MessageRefused("a message must be a JSON object with the action 'sendMessage'")
    return message


def _reply(connection_id: str, message: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, list[Any]] | None]:
    """What to answer, and what has changed whose journal."""
    if message.get("type") == "hello":
        owner = owner_of_key(message.get("key"))
        if owner is None:
            raise MessageRefused("'key' must be the key of a journal")
        connections.belongs(connection_id, owner)
        return {"type": "welcome"}, None
    owner = connections.owner_of(connection_id)
    if owner is None:
        raise MessageRefused("say hello first")
    if message.get("type") == "ping":
        return {"type": "pong"}, None
    if message.get("type") == "record":
        return _record(owner, message.get("drinks"))
    raise MessageRefused("'type' must be 'hello', 'record' or 'ping'")


def _record(owner: str, given: Any) -> tuple[dict[str, Any], tuple[str, list[Any]] | None]:
    """Those that can be kept are, whatever the others are."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_DRINKS:
        raise MessageRefused(f"'drinks' must be a list of 1 to {MOST_DRINKS}")
    drinks: dict[uuid.UUID, RepeatableDrink] = {}
    refused: list[dict[str, str | None]] = []
    for each in given:
        try:
            drink = RepeatableDrink.model_validate(each)
        except ValidationError as error:
            refused.append({"id": _id_of(each), "message": faults(error)})
            continue
        if drinks.setdefault(drink.id, drink) != drink:
            refused.append({"id": str(drink.id), "message": TAKEN})
    reply: dict[str, Any] = {"type": "recorded", "ids": []}
    changed = None
    if drinks:
        recorded = journal.record(owner, list(drinks.values()))
        reply["ids"] = [str(id) for id in drinks if id in recorded.kept]
        refused += [{"id": str(id), "message": TAKEN} for id in drinks if id in recorded.conflicts]
        changed = (owner, recorded.days) if recorded.kept else None
    if refused:
        reply["refused"] = refused
    return reply, changed


def _id_of(given: Any) -> str | None:
    """The id as the client wrote it, by which it knows what was refused."""
    value = given.get("id") if isinstance(given, dict) else None
    return value[:64] if isinstance(value, str) else None
