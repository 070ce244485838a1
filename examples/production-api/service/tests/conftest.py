"""A real PostgreSQL, reached through a relay that a test can cut; a fresh database for every run."""

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.relay import Relay
from tests.urls import postgres_url

SERVER = os.environ.get("TEST_DATABASE_URL", "")
if not SERVER:
    pytest.exit("set TEST_DATABASE_URL to a PostgreSQL server on which the tests may create databases and users", returncode=2)

SERVER_PARAMETERS = conninfo_to_dict(SERVER)
# every character that a URL gives a meaning to
OWNER = f"owner {uuid.uuid4().hex[:8]}"
PASSWORD = "p@ss:w/o?r#d% &=+[]\"'\\ü"


def admin(statement: sql.Composable, dbname: str = SERVER_PARAMETERS["dbname"]) -> None:
    with psycopg.connect(**{**SERVER_PARAMETERS, "dbname": dbname}, autocommit=True) as connection:
        connection.execute(statement)


def make_database() -> str:
    """An empty database of a user who is no superuser, as on RDS."""
    name = f"test_{uuid.uuid4().hex}"
    admin(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
    return name


def drop_database(name: str) -> None:
    admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def disconnect_all(name: str) -> None:
    """What a restart of the database does to its clients."""
    admin(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(name)))


# the service reads its environment once, on import: this must stand before the tests import it
admin(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(OWNER), sql.Literal(PASSWORD)))
RELAY = Relay(SERVER_PARAMETERS.get("host") or "127.0.0.1", int(SERVER_PARAMETERS.get("port") or 5432))
DATABASE = make_database()


def url_of(database: str) -> str:
    """A URL as the library composes it, through the relay."""
    return postgres_url(OWNER, PASSWORD, "127.0.0.1", RELAY.port, database, SERVER_PARAMETERS.get("sslmode") or "require")


os.environ.update(DATABASE_URL=url_of(DATABASE), ENVIRONMENT="test", LOG_LEVEL="INFO")


@pytest.fixture(scope="session", autouse=True)
def schema() -> Iterator[None]:
    from app import database, migrate

    assert migrate.main() == 0
    yield
    database.close()
    drop_database(DATABASE)
    RELAY.close()
    admin(sql.SQL("DROP ROLE {}").format(sql.Identifier(OWNER)))


@pytest.fixture
def client() -> Iterator["TestClient"]:
    from app.main import app
    from fastapi.testclient import TestClient

    with TestClient(app, raise_server_exceptions=False) as test_client:
        yield test_client


@pytest.fixture(autouse=True)
def empty(schema: None) -> Iterator[None]:
    yield
    RELAY.open()
    admin(sql.SQL("TRUNCATE bookings"), DATABASE)


@pytest.fixture
def relay() -> Relay:
    return RELAY


@pytest.fixture
def empty_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """DATABASE_URL leads to a database without a schema."""
    name = make_database()
    monkeypatch.setenv("DATABASE_URL", url_of(name))
    yield name
    drop_database(name)
