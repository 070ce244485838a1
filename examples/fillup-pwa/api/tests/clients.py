"""Clients of the function: one of its REST API, and one that is a WebSocket connection."""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests import events
from tests.aws import Aws


class Context:
    """What Lambda tells of a run."""

    function_name = "fillup"
    function_version = "1"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:fillup:live"
    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def __init__(self, seconds: float = 29) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def invoke(event: dict[str, Any]) -> Any:
    from app.main import handler

    # as Lambda hands it on
    return json.loads(json.dumps(handler(event, Context())))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def new_key() -> str:
    return secrets.token_urlsafe(32)


class Journal:
    """A client with the key of a journal."""

    def __init__(self, key: str | None = None) -> None:
        self.key = key or new_key()

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **(headers or {})}
        return send(events.rest(method, path, body, sent))

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, body: Any) -> Answer:
        return self.ask("POST", "/api/drinks", body)


def send(event: dict[str, Any]) -> Answer:
    result = invoke(event)
    assert not result["isBase64Encoded"]
    return Answer(result["statusCode"], {name.lower(): value for name, value in result["headers"].items()}, result["body"])


def anonymous(method: str, path: str, headers: dict[str, str] | None = None) -> Answer:
    return send(events.rest(method, path, headers=headers))


class Socket:
    """An open WebSocket connection."""

    def __init__(self, aws: Aws, journal: Journal | None = None) -> None:
        self.aws = aws
        self.id = f"{uuid.uuid4().hex[:12]}="
        assert invoke(events.websocket("CONNECT", self.id)) == {"statusCode": 200}
        if journal:
            assert self.say(type="hello", key=journal.key) == [{"type": "welcome"}]

    def say(self, **message: Any) -> list[Any]:
        return self.send({"action": "sendMessage", **message})

    def send(self, body: Any) -> list[Any]:
        assert invoke(events.websocket("MESSAGE", self.id, body)) == {"statusCode": 200}
        return self.read()

    def read(self) -> list[Any]:
        return self.aws.to(self.id)

    def close(self) -> None:
        assert invoke(events.websocket("DISCONNECT", self.id)) == {"statusCode": 200}


def drink(**changes: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "kind": "water", "millilitres": 250, "day": "2030-01-31", "drunkAt": "2030-01-31T08:30:00Z", **changes}


def assert_error(answer: Answer, status: int, code: str) -> dict[str, str]:
    assert answer.status == status, answer.text
    assert list(answer.json) == ["error"]
    error = answer.json["error"]
    assert set(error) == {"code", "message", "requestId", "timestamp"}
    assert error["code"] == code
    assert error["requestId"] == answer.headers["x-request-id"]
    assert datetime.fromisoformat(error["timestamp"]).tzinfo is not None
    return error
