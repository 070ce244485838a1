"""Open WebSocket connections: whose each is, and what is pushed to them."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.aws import create_client
from app.database import reading, transaction, without_retries
from app.observability import logger, settings
from app.tables import connections

# API Gateway closes a connection after two hours, and does not promise to say so
LONGEST = timedelta(hours=2)
# whoever opens more than this has the newest told: telling all must not take long
MOST_TOLD = 20
PUSH_SECONDS = 3


def belongs(connection_id: str, owner: str) -> None:
    """A connection said whose it is. Those that must have ended are forgotten on the way."""
    values = {"connection_id": connection_id, "owner": owner}
    ended = (
        select(connections.c.connection_id)
        .where(connections.c.connected_at < func.now() - LONGEST, connections.c.connection_id != connection_id)
        .with_for_update(skip_locked=True)
    )
    with transaction() as connection:
        connection.execute(insert(connections).values(values).on_conflict_do_update(index_elements=["connection_id"], set_={"owner": owner}))
        connection.execute(delete(connections).where(connections.c.connection_id.in_(ended)))


def owner_of(connection_id: str) -> str | None:
    with reading() as connection:
        return connection.scalar(select(connections.c.owner).where(connections.c.connection_id == connection_id))


def forget(connection_ids: Iterable[str]) -> None:
    with transaction() as connection:
        connection.execute(delete(connections).where(connections.c.connection_id.in_(list(connection_ids))))


@cache
def client() -> Any:
    # never again: a client that missed a push finds out when it next reads, and the answer of a write waits for this
    limits = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}, max_pool_connections=MOST_TOLD)
    return create_client("apigatewaymanagementapi", endpoint_url=settings.websocket_callback_url, config=limits)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_TOLD, thread_name_prefix="push")


def push(connection_id: str, message: dict[str, Any]) -> bool:
    """Send to one connection. Whether it is there: one that is not is to be forgotten."""
    try:
        client().post_to_connection(ConnectionId=connection_id, Data=json.dumps(message).encode())
    except ClientError as error:
        if error.response["Error"]["Code"] == "GoneException":
            return False
        logger.warning("message not delivered", reason=str(error))
    except BotoCoreError as error:
        logger.warning("message not delivered", reason=str(error))
    return True


def tell_changed(owner: str, days: Iterable[date]) -> None:
    """Tell all connections of a journal. What was written is written: nothing that goes wrong here fails or holds up its answer."""
    if settings.websocket_callback_url is None:
        return
    message = {"type": "changed", "days": [day.isoformat() for day in days]}
    newest = select(connections.c.connection_id).where(connections.c.owner == owner).order_by(connections.c.connected_at.desc()).limit(MOST_TOLD)
    try:
        with without_retries():
            with reading() as connection:
                told = connection.scalars(newest).all()
            if gone := _push_all(told, message):
                forget(gone)
    except Exception:
        logger.exception("connections were not told of a change")


def _push_all(connection_ids: Iterable[str], message: dict[str, Any]) -> list[str]:
    """Send to each at the same time, for a few seconds in all; the ids of those that are gone."""
    pushes = {_threads().submit(push, connection_id, message): connection_id for connection_id in connection_ids}
    done, late = wait(pushes, timeout=PUSH_SECONDS)
    if late:
        logger.warning("%d connections were not told in time", len(late))
    return [pushes[sent] for sent in done if not sent.result()]
