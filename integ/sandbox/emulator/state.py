"""Where the supervisor tells the emulator what runs, and asks what it may: an API of the sandbox's own, beside those of AWS."""

import json

import ecs
import edge
import ministack.app as app
import ministack.core.router as router
import task_roles

_ACTIONS = {"PutServiceState": ecs.put_service_state, "IssueTaskCredentials": task_roles.issue, "ListEndpoints": edge.list_endpoints}


async def _handle(_method, _path, headers, body, _query):
    action = headers.get("x-amz-target", "").split(".")[-1]
    return 200, {"Content-Type": "application/json"}, json.dumps(_ACTIONS[action](json.loads(body))).encode()


def install() -> None:
    app.SERVICE_HANDLERS["patternbook-sandbox"] = _handle
    router.SERVICE_PATTERNS["patternbook-sandbox"] = {
        "target_prefixes": ["PatternbookSandbox"],
        "host_patterns": [],
        "credential_scope": "patternbook-sandbox",
    }
