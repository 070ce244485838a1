"""How migrations run: against DATABASE_URL, one process at a time, never waiting long for a table."""

import logging
import time
from functools import partial

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, text

from app.database import connect
from app.migrate import LOCK
from app.models import Base

LOCK_WAIT_SECONDS = 300
TABLE_LOCK_TIMEOUT = "5s"

logger = logging.getLogger("app.migrate")


def wait_for_turn(connection: Connection) -> None:
    """
    Several tasks start at once; one migrates, the others wait and then find nothing to do.

    The lock is asked for again and again, because a session that sleeps in pg_advisory_lock() is in a transaction, and
    CREATE INDEX CONCURRENTLY in the migration it waits for would wait for that transaction: a deadlock.
    """
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise TimeoutError(f"another process has been migrating for more than {LOCK_WAIT_SECONDS} s")
        time.sleep(0.5)
    connection.commit()


def is_newer(revisions: tuple[str, ...]) -> bool:
    """Whether the schema was made by a later version of the service, whose migrations this one does not know."""
    try:
        context.script.get_revisions(revisions)
    except CommandError:
        return True
    return False


def run() -> None:
    engine = create_engine("postgresql+psycopg://", creator=partial(connect, statement_timeout_ms=0), poolclass=NullPool)
    with engine.connect() as connection:
        wait_for_turn(connection)
        # a migration that cannot get its table soon gives up: while it waits, every query on that table waits behind it
        connection.execute(text(f"SET lock_timeout = '{TABLE_LOCK_TIMEOUT}'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        revisions = context.get_context().get_current_heads()
        connection.commit()
        if context.config.attributes.get("newer_schema_is_fine") and is_newer(revisions):
            # a rolled-back deployment starts the old version on the new schema: migrations only add, so it can serve
            logger.warning("the schema is newer than this version (%s), left as it is", ", ".join(revisions))
            return
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        logger.info("schema is at %s", ", ".join(context.get_context().get_current_heads()) or "none")


run()
