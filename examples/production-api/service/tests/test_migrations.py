import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from app import migrate
from app.database import connect
from app.models import Base
from psycopg import sql
from sqlalchemy import create_engine
from tests.conftest import admin

ROOT = Path(__file__).parent.parent
HEAD = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("0*.py"))[-1][:4]


def revisions() -> list[str]:
    with connect() as connection:
        return [row[0] for row in connection.execute("SELECT version_num FROM alembic_version")]


def test_an_empty_database_gets_the_schema_of_the_models(empty_database: str) -> None:
    assert migrate.main() == 0
    assert revisions() == [HEAD]
    engine = create_engine("postgresql+psycopg://", creator=connect)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_a_second_run_finds_nothing_to_do(empty_database: str) -> None:
    assert migrate.main() == 0
    assert migrate.main() == 0
    assert revisions() == [HEAD]


def test_tasks_that_start_together_migrate_one_at_a_time(empty_database: str) -> None:
    runs = [
        subprocess.Popen([sys.executable, "-m", "app.migrate"], cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    outputs = [run.communicate(timeout=30)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], outputs
    assert revisions() == [HEAD]


def test_a_task_waits_for_the_one_that_migrates(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrate.LOCK])
        other.commit()
        run = subprocess.Popen([sys.executable, "-m", "app.migrate"], cwd=ROOT, env=os.environ.copy(), stdout=subprocess.PIPE)
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=1.5)
        other.execute("SELECT pg_advisory_unlock(%s)", [migrate.LOCK])
        other.commit()
    assert run.wait(timeout=10) == 0
    run.stdout.close()


def test_a_database_that_is_newer_than_the_code_is_left_alone(empty_database: str) -> None:
    assert migrate.main() == 0
    admin(sql.SQL("UPDATE alembic_version SET version_num = '9999'"), empty_database)
    assert migrate.main() == 0
    assert revisions() == ["9999"]


def test_the_command_line_of_alembic_does_not_take_that_for_granted(empty_database: str) -> None:
    assert migrate.main() == 0
    admin(sql.SQL("UPDATE alembic_version SET version_num = '9999'"), empty_database)
    with pytest.raises(command.util.CommandError, match="9999"):
        command.upgrade(Config(ROOT / "alembic.ini"), "head")


def test_a_failing_migration_fails_the_task_and_changes_nothing(empty_database: str) -> None:
    # a table in the way
    admin(sql.SQL("CREATE TABLE bookings (id int)"), empty_database)
    assert migrate.main() == 1
    with connect() as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM alembic_version").fetchall()


def test_a_migration_goes_back(empty_database: str) -> None:
    assert migrate.main() == 0
    command.downgrade(Config(ROOT / "alembic.ini"), "base")
    assert revisions() == []
    assert migrate.main() == 0
