"""Connections to PostgreSQL: pool, retries, and transactions whose outcome is reported truthfully."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.settings import read_settings

RETRIES = 3
RETRY_DELAY_SECONDS = 1

logger = logging.getLogger(__name__)

# A peer that vanished without a word (a failed zone) is noticed in seconds rather than in the kernel's two hours.
NETWORK = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class OutcomeUnknown(Exception):
    """The connection broke while a transaction was being committed: it may have been applied, or not."""


def connect(retries: int = RETRIES, statement_timeout_ms: int = 15_000, **overrides: int) -> psycopg.Connection:
    """Open a connection. Only this is retried: no statement was sent yet, so nothing can happen twice."""
    parameters = {**NETWORK, **read_settings().database, **overrides}
    for attempt in range(retries + 1):
        try:
            connection = psycopg.connect(**parameters, autocommit=True)
            break
        except psycopg.OperationalError:
            if attempt == retries:
                raise
            logger.warning("no connection to the database, retry %d of %d", attempt + 1, retries)
            time.sleep(RETRY_DELAY_SECONDS)
    connection.execute(f"SET statement_timeout = {statement_timeout_ms}")
    connection.autocommit = False
    return connection


@cache
def engine() -> Engine:
    """The pool of the service: 5 connections and 10 more under load, each replaced after an hour and tested before use."""
    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=5,
        max_overflow=10,
        pool_timeout=30,
        pool_recycle=3600,
        pool_pre_ping=True,
    )


@cache
def health_engine() -> Engine:
    """One connection of its own for the health check: it answers at once also when the pool is used up, and never retries."""
    return create_engine(
        "postgresql+psycopg://",
        creator=partial(connect, retries=0, statement_timeout_ms=2_000, connect_timeout=2),
        pool_size=1,
        max_overflow=0,
        pool_timeout=2,
        pool_pre_ping=True,
    )


def check_database() -> None:
    """Fail unless the database answers."""
    with health_engine().connect() as connection:
        connection.execute(text("SELECT 1"))


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction that is committed when the block ends, and before anything is answered to the client."""
    with Session(engine(), expire_on_commit=False) as session:
        yield session
        # statements first: what fails here was certainly not applied
        session.flush()
        try:
            session.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                raise OutcomeUnknown from error
            raise


def close() -> None:
    """Return all connections to the database; called when the service stops."""
    engine().dispose()
    health_engine().dispose()
