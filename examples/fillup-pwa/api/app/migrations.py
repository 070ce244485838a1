"""`app.migrations.handler`: bring the database to the schema of this version, from inside of its network, before the new version serves."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

from app.observability import logger

LOCK = 3_640_911_278_455_107  # an advisory lock that nothing else in this database takes
# of the time that the function has: what it then still takes to answer
MARGIN_SECONDS = 5


def handler(_event: Any, context: Any) -> dict[str, str | None]:
    """The revision of the schema, before and after. Fails with what the migration failed with; the schema is as the last completed one left it."""
    config = Config(Path(__file__).parent.parent / "alembic.ini")
    revisions: dict[str, str | None] = {}
    config.attributes.update(
        newer_schema_is_fine=True,
        wait_seconds=max(0, context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS),
        revisions=revisions,
    )
    command.upgrade(config, "head")
    logger.info("schema migrated", **revisions)
    return revisions
