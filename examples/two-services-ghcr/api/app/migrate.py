"""`python -m app.migrate`: bring the database to the schema of this version, and wait for the replica. Runs in every task before the new code."""

import logging
import sys
import time
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from app.database import READER, WRITER, connect

REPLICA_SECONDS = 120

logger = logging.getLogger("app.migrate")


def revision(variable: str) -> str | None:
    with connect(variable) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if found and found[0] else None
        return row[0] if row else None


def wait_for_replica() -> None:
    """New code reads the new columns, and a replica is always a little behind. One that is away is not waited for: reads do without it."""
    migrated = revision(WRITER)
    end = time.monotonic() + REPLICA_SECONDS
    while revision(READER) != migrated:
        if time.monotonic() > end:
            raise TimeoutError(f"the read replica has been behind for more than {REPLICA_SECONDS} s")
        time.sleep(0.2)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    config = Config(Path(__file__).parent.parent / "alembic.ini")
    try:
        current = revision(WRITER)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            # the version before, after a deployment that was rolled back: migrations only add, so it can serve
            logger.warning("the schema is newer than this version (%s), left as it is", current)
            return 0
        command.upgrade(config, "head")
        try:
            wait_for_replica()
        except psycopg.OperationalError:
            logger.warning("no connection to the read replica, not waited for")
    except DBAPIError as error:
        # its first line alone: what follows may hold data
        logger.error("migration failed, the schema is as the last completed one left it: %s", str(error.orig).split("\n", 1)[0])
        return 1
    except Exception:
        logger.exception("migration failed, the schema is as the last completed one left it")
        return 1
    logger.info("the schema is at %s", revision(WRITER))
    return 0


if __name__ == "__main__":
    sys.exit(main())
