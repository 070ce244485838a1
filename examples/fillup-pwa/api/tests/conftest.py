"""A real PostgreSQL, reached through a relay that a test can cut; its URL in a secret, as on AWS; a fresh database for every run."""

import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from tests.aws import Aws
from tests.clients import Context, Journal
from tests.relay import Relay
from tests.urls import postgres_url

SERVER = os.environ.get("TEST_DATABASE_URL", "")
if not SERVER:
    pytest.exit("set TEST_DATABASE_URL to a PostgreSQL server on which the tests may create databases and users", returncode=2)

SERVER_PARAMETERS = conninfo_to_dict(SERVER)
# every character that a URL gives a meaning to
OWNER = f"owner {uuid.uuid4().hex[:8]}"
PASSWORD = "p@ss:w/o?r#d% &=+[]\"'\\ü"


def admin(statement: sql.Composable, dbname: str = SERVER_PARAMETERS["dbname"]) -> list[tuple]:
    with psycopg.connect(**{**SERVER_PARAMETERS, "dbname": dbname}, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def make_database() -> str:
    """An empty database of a user who is no superuser, as on RDS."""
    name = f"test_{uuid.uuid4().hex}"
    admin(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER)))
    return name


def drop_database(name: str) -> None:
    admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def set_password(password: str) -> None:
    admin(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(OWNER), sql.Literal(password)))


def disconnect_all(name: str) -> None:
    """What a restart of the database does to its clients. They are gone when this returns."""
    admin(sql.SQL("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(name)))


AWS = Aws()
admin(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(OWNER), sql.Literal(PASSWORD)))
RELAY = Relay(SERVER_PARAMETERS.get("host") or "127.0.0.1", int(SERVER_PARAMETERS.get("port") or 5432))
DATABASE = make_database()


def url_of(database: str, password: str = PASSWORD) -> str:
    """A URL as the library composes it, through the relay."""
    return postgres_url(OWNER, password, "127.0.0.1", RELAY.port, database, SERVER_PARAMETERS.get("sslmode") or "require")


AWS.secret = url_of(DATABASE)
# the function reads its environment once, on import: this must stand before the tests import it
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_REGION="us-east-1",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ENDPOINT_URL_SECRETS_MANAGER=AWS.url,
    ENVIRONMENT="test",
    LOG_LEVEL="INFO",
    DATABASE_SECRET_ARN="arn:aws:secretsmanager:us-east-1:123456789012:secret:url",
    WEBSOCKET_CALLBACK_URL=f"{AWS.url}/live",
    CORS_ORIGINS="https://fillup.example.com, https://www.fillup.example.com",
    POWERTOOLS_SERVICE_NAME="fillup",
    POWERTOOLS_METRICS_NAMESPACE="fillup",
)
os.environ.pop("AWS_PROFILE", None)


def migrate(seconds: float = 60) -> dict[str, str | None]:
    from app import migrations

    return migrations.handler({}, Context(seconds))


@pytest.fixture(scope="session", autouse=True)
def schema() -> Iterator[None]:
    from app import database

    assert migrate() == {"before": None, "after": "0001"}
    yield
    database.engine().dispose()
    drop_database(DATABASE)
    RELAY.close()
    admin(sql.SQL("DROP ROLE {}").format(sql.Identifier(OWNER)))


@pytest.fixture(autouse=True)
def clean(schema: None) -> Iterator[None]:
    from app import database

    yield
    RELAY.open()
    database.secret.renew()
    AWS.reset()
    admin(sql.SQL("TRUNCATE drinks, goals, active_days, connections"), DATABASE)


@pytest.fixture
def aws() -> Aws:
    return AWS


@pytest.fixture
def relay() -> Relay:
    return RELAY


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def empty_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The secret leads to a database without a schema."""
    from app import database

    name = make_database()
    monkeypatch.setattr(AWS, "secret", url_of(name))
    database.secret.renew()
    yield name
    monkeypatch.undo()
    database.secret.renew()
    drop_database(name)


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """The lines that were written since it was last asked; each must be JSON."""
    from app.observability import logger

    class Now:
        """The logger keeps the standard output that it found when it was made."""

        write = staticmethod(lambda text: sys.stdout.write(text))
        flush = staticmethod(lambda: None)

    monkeypatch.setattr(logger.registered_handler, "stream", Now)
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
