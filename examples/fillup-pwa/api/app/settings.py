"""Everything the function reads from its environment, checked once at start."""

import os
from dataclasses import dataclass

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    environment: str
    log_level: str
    database_secret_arn: str
    cors_origins: frozenset[str]
    websocket_callback_url: str | None


def read_settings() -> Settings:
    """Read the environment; a fault ends the start with one sentence that names the variable."""
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    if level not in LOG_LEVELS:
        raise ValueError(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, got '{level}'")
    secret = os.environ.get("DATABASE_SECRET_ARN", "")
    if not secret:
        raise ValueError("DATABASE_SECRET_ARN must be the ARN of the secret with the connection URL, got nothing: call api.useDatabase()")
    origins = (origin.strip() for origin in os.environ.get("CORS_ORIGINS", "").split(","))
    return Settings(
        environment=os.environ.get("ENVIRONMENT", "dev"),
        log_level=level,
        database_secret_arn=secret,
        cors_origins=frozenset(origin for origin in origins if origin),
        websocket_callback_url=os.environ.get("WEBSOCKET_CALLBACK_URL") or None,
    )
