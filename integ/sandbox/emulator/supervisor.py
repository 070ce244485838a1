"""Calls to the supervisor, the process that runs databases and tasks; a refusal carries the reason for the stack's event."""

import json
import os
import urllib.error
import urllib.request
from typing import Any

from ministack.core.responses import get_region

# functions inherit the variables of the emulator: these are not theirs
_URL, _TOKEN = os.environ.pop("SANDBOX_SUPERVISOR"), os.environ.pop("SANDBOX_TOKEN")
# longer than any limit of the supervisor itself, which answers with a reason
LIMIT_SECONDS = 900


def call(what: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask the supervisor to do something and wait for it; raises RuntimeError with the reason when it could not."""
    request = urllib.request.Request(
        f"{_URL}/emulator/{what}",
        json.dumps({**body, "region": get_region()}).encode(),
        {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_SECONDS) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise RuntimeError(json.load(error)["reason"]) from None
