"""A real PostgreSQL, in it a fresh database for every run."""

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

SERVER = os.environ.get("TEST_DATABASE_URL", "")
if not SERVER:
    pytest.exit("set TEST_DATABASE_URL to a PostgreSQL server on which the tests may create databases", returncode=2)


def admin(statement: sql.Composable) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


def make_database() -> str:
    name = f"test_{uuid.uuid4().hex}"
    admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(make_url(url).database)))


# the service reads its environment once, on import: this must stand before the tests import it
DATABASE = make_database()
os.environ.update(DATABASE_URL=DATABASE, LINK_KEY="a key for tests", ENVIRONMENT="test")


@pytest.fixture(scope="session", autouse=True)
def schema() -> Iterator[None]:
    from app import main, migrate

    assert migrate.main() == 0
    yield
    main.engine.dispose()
    drop_database(DATABASE)


@pytest.fixture
def client(schema: None) -> Iterator["TestClient"]:
    from app.main import app
    from fastapi.testclient import TestClient

    with TestClient(app) as test_client:
        yield test_client


@pytest.fixture
def empty_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """DATABASE_URL leads to a database without a schema."""
    url = make_database()
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    drop_database(url)
