"""Everything the service reads from its environment, checked once at start."""

import os
from dataclasses import dataclass
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    database: dict[str, Any]
    environment: str
    log_level: str
    host: str
    port: int


def read_settings() -> Settings:
    """Read the environment; a fault ends the process with one sentence that names the variable, never its value if it is secret."""
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    if level not in LOG_LEVELS:
        raise SystemExit(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, got '{level}'")
    port = os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise SystemExit(f"PORT must be 1 to 65535, got '{port}'")
    return Settings(
        database=_database(os.environ.get("DATABASE_URL", "")),
        environment=os.environ.get("ENVIRONMENT", "dev"),
        log_level=level,
        host=os.environ.get("HOST", "0.0.0.0"),
        port=int(port),
    )


def _database(url: str) -> dict[str, Any]:
    if not url.startswith(("postgresql://", "postgres://")):
        raise SystemExit("DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name?sslmode=require")
    try:
        # libpq's own parser: it decodes percent-encoded passwords, and the URL's parameters (sslmode, sslrootcert) stay as given
        return dict(conninfo_to_dict(url))
    except ProgrammingError:
        # the parser's message repeats the URL, and with it the password
        raise SystemExit("DATABASE_URL is not a valid PostgreSQL connection URL: percent-encode the user and the password") from None
