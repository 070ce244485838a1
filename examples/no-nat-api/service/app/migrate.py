"""`python -m app.migrate`: bring the database to the schema of this version. Runs before the new code, in every task that starts."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config


def main() -> int:
    command.upgrade(Config(Path(__file__).parent.parent / "alembic.ini"), "head")
    return 0


if __name__ == "__main__":
    sys.exit(main())
