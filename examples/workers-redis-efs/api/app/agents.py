"""Agents as they are kept: a record of each in DynamoDB, in front of it a cache in Redis, its plan as a file that all tasks share."""

import json
import logging
import os
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import boto3
import redis
from app.settings import SETTINGS

log = logging.getLogger(__name__)

CACHE_SECONDS = 24 * 3600

_table = boto3.resource("dynamodb").Table(SETTINGS.table_name)
# a cache that does not answer must not hold a request up
_cache = redis.from_url(SETTINGS.redis_url, decode_responses=True, socket_timeout=2, socket_connect_timeout=2)

Agent = dict[str, Any]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def create(agent_id: str, name: str, goal: str) -> Agent:
    agent = {"id": agent_id, "name": name, "goal": goal, "status": "queued", "updates": [], "createdAt": now()}
    _table.put_item(Item=agent)
    return agent


def find(agent_id: str) -> tuple[Agent | None, bool]:
    """An agent, and whether it was in the cache."""
    cached = _cached(agent_id)
    if cached is not None:
        return cached, True
    return read(agent_id), False


def read(agent_id: str) -> Agent | None:
    """An agent as the table has it."""
    return _plain(_table.get_item(Key={"id": agent_id}, ConsistentRead=True).get("Item"))


def newest(count: int) -> list[Agent]:
    """A table of many agents would need an index; this one is for the few of an example."""
    items = [_plain(item) for item in _table.scan(Limit=200)["Items"]]
    return sorted(items, key=lambda agent: agent["createdAt"], reverse=True)[:count]


def set_status(agent_id: str, status: str) -> Agent | None:
    # the name is a reserved word of DynamoDB
    return _change(agent_id, "SET #status = :status", {":status": status}, ExpressionAttributeNames={"#status": "status"})


def add_update(agent_id: str, update_id: str, text: str) -> Agent | None:
    """Add a line to an agent's history, once."""
    return _change(
        agent_id,
        "SET updates = list_append(updates, :update) ADD updateIds :ids",
        {":update": [{"at": now(), "text": text}], ":id": update_id, ":ids": {update_id}},
        ConditionExpression="attribute_exists(id) AND NOT contains(updateIds, :id)",
    )


def _change(agent_id: str, expression: str, values: dict[str, Any], **further: Any) -> Agent | None:
    """Change a record, and put what it is now into the cache; nothing if there is none, or nothing to change."""
    request = {"ConditionExpression": "attribute_exists(id)", **further}
    try:
        answer = _table.update_item(
            Key={"id": agent_id}, UpdateExpression=expression, ExpressionAttributeValues=values, ReturnValues="ALL_NEW", **request
        )
    except _table.meta.client.exceptions.ConditionalCheckFailedException:
        return None
    agent = _plain(answer["Attributes"])
    _keep(agent)
    return agent


def write_plan(agent_id: str, plan: str) -> None:
    """Readers in other tasks see the whole plan or none: a file is renamed into its place."""
    folder = SETTINGS.files / "plans"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{agent_id}.{os.getpid()}"
    draft.write_text(plan, encoding="utf-8")
    draft.rename(folder / f"{agent_id}.md")


def read_plan(agent_id: str) -> str | None:
    try:
        return (SETTINGS.files / "plans" / f"{agent_id}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _cached(agent_id: str) -> Agent | None:
    try:
        text = _cache.get(f"agent:{agent_id}")
    except redis.RedisError:
        return None
    return json.loads(text) if text else None


def _keep(agent: Agent) -> None:
    try:
        _cache.set(f"agent:{agent['id']}", json.dumps(agent), ex=CACHE_SECONDS)
    except redis.RedisError:
        # what it keeps of before may be shown for a while: it expires
        log.warning("the cache does not answer: agent %s was not put there", agent["id"])


def _plain(value: Any) -> Any:
    """What JSON knows; which updates have come is nobody else's business."""
    if isinstance(value, dict):
        return {name: _plain(content) for name, content in value.items() if name != "updateIds"}
    if isinstance(value, list):
        return [_plain(content) for content in value]
    return int(value) if isinstance(value, Decimal) else value
