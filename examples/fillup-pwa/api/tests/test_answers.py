"""What every answer has: identity, errors, headers, log and metrics."""

import base64
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from tests import events
from tests.clients import Journal, anonymous, assert_error, drink, invoke, new_key, send


Output = Callable[[], list[dict[str, Any]]]


def metrics(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """What CloudWatch takes out of the lines that are metrics."""
    values: dict[str, Any] = {}
    for line in lines:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            assert directive["Namespace"] == "fillup"
            assert [sorted(dimensions) for dimensions in directive["Dimensions"]] == [["environment", "service"]]
            assert (line["service"], line["environment"]) == ("fillup", "test")
            values |= {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}
    return values


def test_health_needs_no_key() -> None:
    answer = anonymous("GET", "/api/health")
    assert (answer.status, answer.json) == (200, {"status": "ok", "database": "ok", "version": "1"})


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Basic dTpw", "Bearer " + "a" * 42, "Bearer " + "a" * 44, "Bearer " + "+" * 43, "Bearer " + "é" * 43, new_key()],
)
def test_a_request_without_the_key_of_a_journal_is_refused(authorization: str | None) -> None:
    for method, path in [("GET", "/api/goal"), ("GET", f"/api/drinks/{uuid.uuid4()}"), ("GET", "/api/days/2030-01-31")]:
        answer = anonymous(method, path, None if authorization is None else {"Authorization": authorization})
        assert_error(answer, 401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_what_is_not_there_and_what_cannot_be_done_is_said_so(journal: Journal) -> None:
    for path in ("/", "/api", "/api/", "/api/drinks/", "/api/nowhere", "/docs", "/openapi.json"):
        assert_error(anonymous("GET", path), 404, "NOT_FOUND")
    answer = journal.ask("PATCH", "/api/goal", {})
    assert_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] in ("GET", "PUT", "GET, PUT")


def test_an_unexpected_error_shows_nothing_but_its_request_id(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, output: Output
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("app.journal.goal_of", broken)
    answer = journal.get("/api/goal")
    error = assert_error(answer, 500, "INTERNAL_ERROR")
    assert "secret" not in answer.text
    (logged,) = [line for line in output() if line.get("level") == "ERROR"]
    assert logged["requestId"] == error["requestId"]
    assert "RuntimeError: the secret inside" in logged["exception"]


def test_the_request_id_is_that_of_api_gateway(journal: Journal) -> None:
    event = events.rest("GET", "/api/goal", headers={"X-Request-Id": "of the caller"})
    assert send(event).headers["x-request-id"] == event["requestContext"]["requestId"]


def test_nothing_is_kept_by_caches(journal: Journal) -> None:
    for answer in (journal.get("/api/goal"), anonymous("GET", "/api/goal"), anonymous("GET", "/api/health")):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("origin", ["https://fillup.example.com", "https://www.fillup.example.com"])
def test_pages_of_the_listed_origins_may_read_answers_and_errors(origin: str) -> None:
    for path in ("/api/health", "/api/goal"):
        headers = anonymous("GET", path, {"Origin": origin}).headers
        assert headers["access-control-allow-origin"] == origin
        assert headers["access-control-allow-credentials"] == "true"
        assert headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", [None, "null", "", "https://evil.example.com", "https://fillup.example.com.evil.com", "HTTPS://FILLUP.EXAMPLE.COM"])
def test_pages_of_other_origins_may_not(origin: str | None) -> None:
    headers = anonymous("GET", "/api/health", None if origin is None else {"Origin": origin}).headers
    assert not [name for name in headers if name.startswith("access-control")]


def test_a_request_is_logged_as_one_line_without_its_key(journal: Journal, output: Output) -> None:
    journal.get("/api/goal")
    written = output()
    (logged,) = [line for line in written if "level" in line]
    expected = {"level": "INFO", "message": "GET /api/goal 200", "method": "GET", "path": "/api/goal", "status": 200, "environment": "test", "service": "fillup"}
    assert {name: logged[name] for name in expected} == expected
    assert uuid.UUID(logged["requestId"])
    assert logged["duration_ms"] > 0
    assert journal.key not in str(written)


def test_a_good_health_check_is_not_worth_a_line(output: Output) -> None:
    anonymous("GET", "/api/health")
    assert output() == []


def test_drinks_and_those_who_drink_are_counted_once(journal: Journal, output: Output) -> None:
    given = drink()
    journal.post(given)
    first = metrics(output())
    assert (first["DrinksRecorded"], first["ActiveDrinkers"]) == ([1.0], [1.0])
    assert first["ResponseTime"][0] > 0
    journal.post(given)
    assert metrics(output()).keys() == {"ResponseTime"}
    # another day of the journal, recorded on the same day
    journal.post(drink(day="2030-01-30"))
    assert metrics(output()).keys() == {"ResponseTime", "DrinksRecorded"}
    journal.ask("DELETE", f"/api/drinks/{given['id']}")
    journal.post(given)
    assert metrics(output()).keys() == {"ResponseTime", "DrinksRecorded"}
    Journal().post(drink())
    assert metrics(output())["ActiveDrinkers"] == [1.0]


def test_a_refused_drink_is_not_counted(journal: Journal, output: Output) -> None:
    journal.post(drink(millilitres=0))
    assert metrics(output()).keys() == {"ResponseTime"}


def test_units_of_metrics_are_those_of_cloudwatch(journal: Journal, output: Output) -> None:
    journal.post(drink())
    units = {
        metric["Name"]: metric["Unit"]
        for line in output()
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", [])
        for metric in directive["Metrics"]
    }
    assert units == {"DrinksRecorded": "Count", "ActiveDrinkers": "Count", "ResponseTime": "Milliseconds"}


def test_an_event_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="the event is of no API Gateway"):
        invoke({"source": "aws.events"})


def test_the_body_of_a_request_may_be_in_base64(journal: Journal) -> None:
    event = events.rest("POST", "/api/drinks", drink(), {"Authorization": f"Bearer {journal.key}", "Content-Type": "application/json"})
    event.update(body=base64.b64encode(event["body"].encode()).decode(), isBase64Encoded=True)
    assert send(event).status == 201


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("DATABASE_SECRET_ARN", "", "DATABASE_SECRET_ARN must be the ARN of the secret with the connection URL"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, got 'LOUD'"),
    ],
)
def test_a_faulty_environment_is_refused_in_one_sentence(variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.settings import read_settings

    monkeypatch.setenv(variable, value)
    with pytest.raises(ValueError, match=message):
        read_settings()


def test_an_absent_list_of_origins_lets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.settings import read_settings

    monkeypatch.delenv("CORS_ORIGINS")
    assert read_settings().cors_origins == frozenset()


def test_the_context_of_a_run_is_not_kept_for_the_next(journal: Journal, output: Output) -> None:
    from app.observability import logger

    journal.get("/api/goal")
    output()
    logger.info("between")
    assert "requestId" not in output()[0]
