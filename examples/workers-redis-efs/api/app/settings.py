"""Everything that the API and the workers read from their environment, checked once at start."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    redis_url: str
    table_name: str
    files: Path
    model_id: str
    # where the API sends its messages
    agent_builds_url: str
    status_updates_url: str
    # what a worker receives; none for the API
    queue_url: str | None


def read_settings() -> Settings:
    """Read the environment; what is missing ends the process with one sentence that names it."""
    return Settings(
        redis_url=_required("REDIS_URL"),
        table_name=_required("TABLE_NAME"),
        files=Path(os.environ.get("FILES", "/mnt/efs")),
        model_id=os.environ.get("MODEL_ID", "amazon.nova-micro-v1:0"),
        agent_builds_url=os.environ.get("AGENT_BUILDS_URL", ""),
        status_updates_url=os.environ.get("STATUS_UPDATES_URL", ""),
        queue_url=os.environ.get("QUEUE_URL") or None,
    )


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SystemExit(f"{name} must be set")
    return value


SETTINGS = read_settings()
