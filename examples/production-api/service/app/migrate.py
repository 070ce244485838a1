"""`python -m app.migrate`: bring the database to the schema of this version. Runs before the new code, in every task that starts."""

import logging
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from app.observability import configure_logging
from app.settings import read_settings

LOCK = 7_302_184_556_219_043  # an advisory lock that nothing else in this database takes

logger = logging.getLogger("app.migrate")


def main() -> int:
    settings = read_settings()
    configure_logging(settings.log_level, settings.environment)
    config = Config(Path(__file__).parent.parent / "alembic.ini")
    config.attributes["newer_schema_is_fine"] = True
    try:
        command.upgrade(config, "head")
    except Exception:
        logger.exception("migration failed, the schema is as the last completed migration left it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
