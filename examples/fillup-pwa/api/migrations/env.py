"""How migrations run: one at a time, never waiting long for a table."""

import time

from alembic import context
from alembic.util import CommandError
from app.database import connect
from app.migrations import LOCK
from app.observability import logger
from app.tables import metadata
from sqlalchemy import Connection, NullPool, create_engine, text

TABLE_LOCK_TIMEOUT = "5s"

options = context.config.attributes


def wait_for_turn(connection: Connection) -> None:
    """
    Of several that run at once one migrates, the others wait and then find nothing to do.

    The lock is asked for again and again, because a session that sleeps in pg_advisory_lock() is in a transaction, and
    CREATE INDEX CONCURRENTLY in the migration it waits for would wait for that transaction: a deadlock.
    """
    seconds = options.get("wait_seconds", 300)
    deadline = time.monotonic() + seconds
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise TimeoutError(f"another migration has been running for more than {seconds:.0f} s")
        time.sleep(0.5)
    connection.commit()


def is_newer(revisions: tuple[str, ...]) -> bool:
    """Whether the schema was made by a later version, whose migrations this one does not know."""
    try:
        context.script.get_revisions(revisions)
    except CommandError:
        return True
    return False


def current() -> str | None:
    return ", ".join(context.get_context().get_current_heads()) or None


def run() -> None:
    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    reported = options.get("revisions", {})
    with engine.connect() as connection:
        # a migration may take as long as its function has
        connection.execute(text("SET statement_timeout = 0"))
        wait_for_turn(connection)
        # one that cannot get its table soon gives up: while it waits, every query on that table waits behind it
        connection.execute(text(f"SET lock_timeout = '{TABLE_LOCK_TIMEOUT}'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
        revisions = context.get_context().get_current_heads()
        reported.update(before=current(), after=current())
        connection.commit()
        if options.get("newer_schema_is_fine") and is_newer(revisions):
            # a rolled-back release runs the old version on the new schema: migrations only add, so it can serve
            logger.warning("the schema is newer than this version, left as it is")
            return
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        reported.update(after=current())


run()
