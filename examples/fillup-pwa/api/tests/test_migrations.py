import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from app.database import connect
from app.migrations import LOCK
from app.tables import metadata
from psycopg import sql
from sqlalchemy import NullPool, create_engine
from tests.conftest import admin, migrate

ROOT = Path(__file__).parent.parent
HEAD = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("0*.py"))[-1][:4]
HANDLER = "from tests.clients import Context; from app.migrations import handler; handler({}, Context(60))"


@pytest.fixture(autouse=True)
def elsewhere(empty_database: str) -> Iterator[None]:
    yield


def revisions() -> list[str]:
    with connect() as connection:
        return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]


def start() -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", HANDLER], cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True)


def test_an_empty_database_gets_the_schema_of_the_code() -> None:
    assert migrate() == {"before": None, "after": HEAD}
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_second_run_finds_nothing_to_do() -> None:
    migrate()
    assert migrate() == {"before": HEAD, "after": HEAD}
    assert revisions() == [HEAD]


def test_those_that_start_together_migrate_one_at_a_time() -> None:
    runs = [start() for _ in range(3)]
    outputs = [run.communicate(timeout=60)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], outputs
    assert revisions() == [HEAD]


def test_one_waits_for_another_and_gives_up_before_its_function_ends() -> None:
    with connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        other.commit()
        with pytest.raises(TimeoutError, match="another migration has been running for more than 1 s"):
            migrate(seconds=6)
        run = start()
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=2.5)
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        other.commit()
    assert run.wait(timeout=60) == 0
    run.stdout.close()


def test_a_database_that_is_ahead_of_the_code_is_left_alone(empty_database: str) -> None:
    migrate()
    admin(sql.SQL("UPDATE alembic_version SET version_num = '9999'"), empty_database)
    assert migrate() == {"before": "9999", "after": "9999"}
    assert revisions() == ["9999"]


def test_the_command_line_of_alembic_does_not_take_that_for_granted(empty_database: str) -> None:
    migrate()
    admin(sql.SQL("UPDATE alembic_version SET version_num = '9999'"), empty_database)
    with pytest.raises(command.util.CommandError, match="9999"):
        command.upgrade(Config(ROOT / "alembic.ini"), "head")


def test_a_failing_migration_fails_the_function_and_changes_nothing(empty_database: str) -> None:
    # a table in the way of the last one of the migration
    admin(sql.SQL("CREATE TABLE connections (id int)"), empty_database)
    with pytest.raises(Exception, match="connections"):
        migrate()
    with connect() as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM alembic_version").fetchall()


def test_a_migration_goes_back() -> None:
    migrate()
    command.downgrade(Config(ROOT / "alembic.ini"), "base")
    assert revisions() == []
    assert migrate() == {"before": None, "after": HEAD}
