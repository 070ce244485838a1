"""How migrations run: against DATABASE_URL, one process at a time, never waiting long for a table."""

import time

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, text

from app.database import WRITER, connect
from app.models import Base

LOCK = 4_120_776_301_558_214  # an advisory lock that nothing else in this database takes
LOCK_WAIT_SECONDS = 300


def wait_for_turn(connection: Connection) -> None:
    """Several tasks start at once; one migrates, the others wait and then find nothing to do."""
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise TimeoutError(f"another process has been migrating for more than {LOCK_WAIT_SECONDS} s")
        time.sleep(0.5)
    connection.commit()


def run() -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: connect(WRITER), poolclass=NullPool)
    with engine.connect() as connection:
        wait_for_turn(connection)
        # a migration that cannot get its table soon gives up: while it waits, every query on that table waits behind it
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
