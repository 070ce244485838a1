"""How migrations run: one process at a time, each migration a transaction of its own, never waiting long for a table."""

import time

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, text

from app.database import migration_engine
from app.models import Base

LOCK = 4_118_220_071_935_606  # an advisory lock that nothing else in this database takes
LOCK_WAIT_SECONDS = 300


def wait_for_turn(connection: Connection) -> None:
    """Tasks that start together migrate one after the other; all but the first then find nothing to do."""
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise TimeoutError(f"another process has been migrating for more than {LOCK_WAIT_SECONDS} s")
        time.sleep(0.2)
    connection.commit()


def is_newer(revisions: tuple[str, ...]) -> bool:
    """Whether a later version, which was rolled back since, has made the schema: its migrations only add, so this version can serve."""
    try:
        context.script.get_revisions(revisions)
    except CommandError:
        return True
    return False


with migration_engine().connect() as connection:
    wait_for_turn(connection)
    # while a migration waits for a table, every query on that table waits behind it: rather give up, and let the deployment be rolled back
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
    current = context.get_context().get_current_heads()
    connection.commit()
    if not is_newer(current):
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
