"""Asks ECS not to stop this task for scaling in or a deployment while it works.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

import json
import logging
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

# protection that nobody takes away ends by itself
MINUTES = 10


@contextmanager
def protected() -> Iterator[None]:
    _set(ProtectionEnabled=True, ExpiresInMinutes=MINUTES)
    try:
        yield
    finally:
        _set(ProtectionEnabled=False)


def _set(**state: object) -> None:
    agent = os.environ.get("ECS_AGENT_URI")
    if not agent:
        return
    url = f"{agent}/task-protection/v1/state"
    request = urllib.request.Request(url, json.dumps(state).encode(), {"Content-Type": "application/json"}, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=5):
            pass
    except OSError as error:
        # work goes on without: a message whose worker is stopped comes back
        log.warning("no protection by ECS: %s", error)
