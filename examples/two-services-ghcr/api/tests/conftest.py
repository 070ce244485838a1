"""A real PostgreSQL, and on it a database for every run. Its reader is itself; tests that want it away give it the URL of a port on which nobody listens."""

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text

SERVER = os.environ.get("TEST_DATABASE_URL", "")
if not SERVER:
    pytest.exit("set TEST_DATABASE_URL to a PostgreSQL server on which the tests may create databases", returncode=2)

DATABASE = f"test_{uuid.uuid4().hex}"
PARAMETERS = conninfo_to_dict(SERVER)


def admin(statement: sql.Composable) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
os.environ["DATABASE_URL"] = SERVER.replace(f"/{PARAMETERS['dbname']}?", f"/{DATABASE}?")
os.environ["DATABASE_READER_URL"] = os.environ["DATABASE_URL"]
os.environ["ALLOWED_ORIGIN"] = "https://www.example.com"


@pytest.fixture(scope="session", autouse=True)
def schema() -> Iterator[None]:
    from app import database, migrate

    assert migrate.main() == 0
    yield
    database.close()
    admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


@pytest.fixture
def client() -> Iterator[TestClient]:
    from app.main import app

    with TestClient(app, raise_server_exceptions=False) as test_client:
        yield test_client


@pytest.fixture(autouse=True)
def empty(schema: None) -> Iterator[None]:
    from app import database

    yield
    with database.engine(database.WRITER).begin() as connection:
        connection.execute(text("TRUNCATE messages"))
    database.close()
    database.engine.cache_clear()
