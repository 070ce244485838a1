import json
import logging
from datetime import datetime

import pytest
from app import bookings
from app.observability import JsonFormatter
from fastapi.testclient import TestClient


def assert_error(answer, status: int, code: str) -> dict[str, str]:
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "requestId", "timestamp"}
    assert error["code"] == code
    assert error["requestId"] == answer.headers["x-request-id"]
    assert datetime.fromisoformat(error["timestamp"]).tzinfo is not None
    return error


def test_every_error_has_the_same_body(client: TestClient) -> None:
    assert_error(client.get("/nowhere"), 404, "NOT_FOUND")
    assert_error(client.patch("/bookings"), 405, "METHOD_NOT_ALLOWED")
    assert_error(client.post("/bookings", json={}), 400, "VALIDATION_FAILED")


def test_an_unexpected_error_shows_nothing_but_its_request_id(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(bookings, "transaction", broken)
    answer = client.get("/bookings", headers={"x-request-id": "r-1"})
    error = assert_error(answer, 500, "INTERNAL_ERROR")
    assert error["requestId"] == "r-1"
    assert "secret" not in answer.text
    assert "RuntimeError: the secret inside" in caplog.text


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-request-id": "abc-123"}, "abc-123"),
        ({"x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678"}, "1-67891233-abcdef012345678912345678"),
        ({"x-amzn-trace-id": "Self=1-2-3;Root=1-67891233-abcdef012345678912345678;Sampled=1"}, "1-67891233-abcdef012345678912345678"),
        ({"x-request-id": "mine", "x-amzn-trace-id": "Root=1-2-3"}, "mine"),
    ],
)
def test_the_request_id_of_the_caller_is_kept(client: TestClient, headers: dict[str, str], expected: str) -> None:
    assert client.get("/livez", headers=headers).headers["x-request-id"] == expected


@pytest.mark.parametrize("value", ["", "two words", '"quote"', "x" * 129, "<script>"])
def test_other_request_ids_are_replaced(client: TestClient, value: str) -> None:
    given = client.get("/livez", headers={"x-request-id": value}).headers["x-request-id"]
    assert len(given) == 32
    assert given != client.get("/livez").headers["x-request-id"]


def test_requests_are_logged_as_one_line_of_json(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/bookings?limit=5", headers={"x-request-id": "r-2"})
        client.get("/healthz")
    records = [record for record in caplog.records if record.name == "app.access"]
    assert len(records) == 1, "good health checks are not worth a line"
    line = JsonFormatter("test").format(records[0])
    assert "\n" not in line
    entry = json.loads(line)
    assert {name: entry[name] for name in ("level", "message", "method", "path", "status", "environment")} == {
        "level": "INFO",
        "message": "GET /bookings 200",
        "method": "GET",
        "path": "/bookings",
        "status": 200,
        "environment": "test",
    }
    assert entry["durationMs"] >= 0


def test_the_documentation_has_the_errors_that_exist(client: TestClient) -> None:
    operations = [operation for path in client.get("/openapi.json").json()["paths"].values() for operation in path.values()]
    assert not any("422" in operation["responses"] for operation in operations)
    assert all("400" in operation["responses"] for operation in operations)
