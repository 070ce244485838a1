"""Two pools: writes go to DATABASE_URL, reads to DATABASE_READER_URL where there is a read replica."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

WRITER = "DATABASE_URL"
READER = "DATABASE_READER_URL"

logger = logging.getLogger(__name__)


def connect(variable: str) -> psycopg.Connection:
    """By libpq, which takes the URL as it is. A peer that vanished without a word is noticed in seconds."""
    url = os.environ.get(variable) or os.environ[WRITER]
    return psycopg.connect(url, connect_timeout=3, keepalives_idle=10, keepalives_interval=5, keepalives_count=3, tcp_user_timeout=15_000)


@cache
def engine(variable: str) -> Engine:
    """A pool of 4 connections and 4 more under load: a micro instance takes about 80, and a deployment doubles the tasks."""
    return create_engine(
        "postgresql+psycopg://", creator=partial(connect, variable), pool_size=4, max_overflow=4, pool_timeout=10, pool_recycle=3600, pool_pre_ping=True
    )


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction on the primary, committed when the block ends."""
    with Session(engine(WRITER), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """On the replica; on the primary while the replica is away, as during its maintenance. What was just written may not be there yet."""
    with Session(engine(READER)) as session:
        try:
            session.connection()
        except OperationalError:
            logger.warning("no connection to the read replica, reading from the primary")
            session.bind = engine(WRITER)
        yield session


def check() -> None:
    """Fail unless the primary answers. The replica is no reason to be replaced: reads do without it."""
    with engine(WRITER).connect() as connection:
        connection.execute(text("SELECT 1"))


def close() -> None:
    for variable in (WRITER, READER):
        engine(variable).dispose()
