import subprocess
import sys

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from app import migrate
from app.database import migration_engine
from app.models import Base


def test_the_schema_is_that_of_the_models(empty_database: str) -> None:
    assert migrate.main() == 0
    with migration_engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_tasks_that_start_together_take_turns(empty_database: str) -> None:
    tasks = [subprocess.Popen([sys.executable, "-m", "app.migrate"]) for _ in range(3)]
    assert [task.wait(timeout=60) for task in tasks] == [0, 0, 0]
    assert migrate.main() == 0


def test_a_schema_of_a_later_version_is_left_alone(empty_database: str) -> None:
    assert migrate.main() == 0
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert migrate.main() == 0


def test_a_migration_that_fails_leaves_the_schema_as_it_was(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE notes (id integer)")
    with pytest.raises(Exception, match='relation "notes" already exists'):
        migrate.main()
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,)
