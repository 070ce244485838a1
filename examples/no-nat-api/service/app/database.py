"""Connections to the database in DATABASE_URL."""

import os

from sqlalchemy import Engine, NullPool, create_engine

# a peer that is gone without a word, such as a database that was stopped, is noticed in seconds
NETWORK = {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}


def database_url() -> str:
    """The URL with SQLAlchemy's name of the driver in it."""
    scheme, separator, rest = os.environ.get("DATABASE_URL", "").partition("://")
    if scheme != "postgresql" or not separator:
        raise SystemExit("DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name?sslmode=require")
    return f"postgresql+psycopg://{rest}"


def service_engine() -> Engine:
    """At most 10 connections a task, tested before use: they are stale after each night."""
    return create_engine(database_url(), connect_args=NETWORK, pool_size=5, max_overflow=5, pool_timeout=10, pool_recycle=3600, pool_pre_ping=True)


def migration_engine() -> Engine:
    return create_engine(database_url(), connect_args=NETWORK, poolclass=NullPool)
