"""Connections to PostgreSQL: pool, retries, and transactions whose outcome is reported truthfully."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.observability import logger, settings
from app.secret import ConnectionSecret, SecretUnreadable

RETRIES = 3
RETRY_DELAY_SECONDS = 1

# A peer that vanished without a word (a failed zone) is noticed while the caller still waits: API Gateway gives up after 29 s.
NETWORK = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5_000,
}
SESSION = "SET statement_timeout = '10s'; SET TimeZone = 'UTC'"

secret = ConnectionSecret(settings.database_secret_arn)
_retries: ContextVar[int] = ContextVar("retries", default=RETRIES)


class OutcomeUnknown(Exception):
    """The connection broke while a transaction was being committed: it may have been applied, or not."""


def connect() -> psycopg.Connection:
    """Open a connection. Only this is retried: no statement was sent yet, so nothing can happen twice."""
    retries = _retries.get()
    for attempt in range(retries + 1):
        try:
            connection = psycopg.connect(**{**NETWORK, **secret.parameters()}, autocommit=True)
            break
        except psycopg.OperationalError:
            if attempt == retries:
                raise
            logger.warning("no connection to the database, retry %d of %d", attempt + 1, retries)
            # libpq does not say whether it was the password, and a restored database has another address: so whatever the reason.
            # What has changed is tried at once.
            if not secret.renew():
                time.sleep(RETRY_DELAY_SECONDS)
    connection.execute(SESSION)
    connection.autocommit = False
    return connection


@contextmanager
def without_retries() -> Iterator[None]:
    """For what must not wait: one attempt, however it ends."""
    token = _retries.set(0)
    try:
        yield
    finally:
        _retries.reset(token)


@cache
def engine() -> Engine:
    """The pool of this instance. It serves one request at a time, so one connection is open; the others are room, not use."""
    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=5,
        max_overflow=10,
        pool_timeout=30,
        pool_recycle=3600,
        # Lambda freezes an instance between requests: its connection may be long gone
        pool_pre_ping=True,
    )


@contextmanager
def transaction() -> Iterator[Connection]:
    """A transaction that is committed when the block ends, and before anything is answered to the client."""
    with engine().connect() as connection:
        yield connection
        try:
            connection.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise OutcomeUnknown from error
            raise


@contextmanager
def reading() -> Iterator[Connection]:
    """One statement that only reads: without a transaction around it, which would be two more round trips."""
    with engine().connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def check_database() -> None:
    """Fail unless the database answers, at once."""
    with without_retries(), reading() as connection:
        connection.execute(text("SELECT 1"))


def check_at_start() -> None:
    """
    Connect while the instance starts, so that its first request need not.

    Without a database it starts all the same: an instance that fails to start is started again and again, and nobody would get the 503.
    """
    try:
        check_database()
    except (SQLAlchemyError, SecretUnreadable) as error:
        logger.error("started without its database", exc_info=error)
