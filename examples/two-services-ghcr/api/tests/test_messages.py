"""The API, on a real PostgreSQL."""

import logging

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app import database, migrate

HELLO = {"author": "Ada", "text": "Hello"}


def forget_connections() -> None:
    database.close()
    database.engine.cache_clear()


def lose(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """A URL that nobody answers."""
    forget_connections()
    monkeypatch.setenv(variable, "postgresql://nobody:secret@127.0.0.1:1/none?sslmode=require")


def test_a_message_is_answered_as_it_was_written(client: TestClient) -> None:
    answer = client.post("/messages", json=HELLO)
    assert answer.status_code == 201
    assert {"author": "Ada", "text": "Hello"}.items() <= answer.json().items()


def test_messages_are_read_the_latest_first_and_as_many_as_asked_for(client: TestClient) -> None:
    for number in range(3):
        client.post("/messages", json={**HELLO, "text": f"Hello {number}"})
    assert [message["text"] for message in client.get("/messages", params={"limit": 2}).json()] == ["Hello 2", "Hello 1"]


@pytest.mark.parametrize("wrong", [{}, {"author": "Ada"}, {**HELLO, "author": " "}, {**HELLO, "text": "x" * 501}, {**HELLO, "text": "\0"}, {**HELLO, "mood": "good"}])
def test_what_is_no_message_is_refused(client: TestClient, wrong: dict[str, str]) -> None:
    assert client.post("/messages", json=wrong).status_code == 422


def test_reads_go_to_the_replica_and_writes_to_the_primary(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    connect = database.connect
    monkeypatch.setattr(database, "connect", lambda variable: (asked.append(variable), connect(variable))[1])
    forget_connections()
    client.post("/messages", json=HELLO)
    client.get("/messages")
    assert asked == [database.WRITER, database.READER]


def test_reads_do_without_a_replica_that_is_away(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post("/messages", json=HELLO)
    lose(monkeypatch, database.READER)
    assert [message["text"] for message in client.get("/messages").json()] == ["Hello"]
    assert client.get("/healthz").status_code == 200


def test_without_a_primary_the_task_is_unhealthy_and_says_no_secret(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lose(monkeypatch, database.WRITER)
    with caplog.at_level(logging.INFO):
        assert client.get("/healthz").status_code == 503
        assert client.post("/messages", json=HELLO).status_code == 503
    assert "secret" not in caplog.text


def test_only_the_page_of_the_app_may_call_from_a_browser(client: TestClient) -> None:
    allowed = client.get("/messages", headers={"Origin": "https://www.example.com"})
    assert allowed.headers["access-control-allow-origin"] == "https://www.example.com"
    assert "access-control-allow-origin" not in client.get("/messages", headers={"Origin": "https://evil.example"}).headers


def test_a_migration_that_is_done_does_nothing() -> None:
    assert migrate.main() == 0


def test_a_schema_of_a_later_version_is_left_as_it_is() -> None:
    here = migrate.revision(database.WRITER)
    try:
        stamp("9999")
        assert migrate.main() == 0
        assert migrate.revision(database.WRITER) == "9999"
    finally:
        stamp(str(here))


def test_a_migration_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    lose(monkeypatch, database.WRITER)
    assert migrate.main() == 1


def test_new_code_waits_for_the_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["0000", "0000"])
    revision = migrate.revision
    monkeypatch.setattr(migrate, "revision", lambda variable: next(answers, revision(database.WRITER)) if variable == database.READER else revision(variable))
    assert migrate.main() == 0
    assert next(answers, None) is None
    monkeypatch.setattr(migrate, "REPLICA_SECONDS", 0)
    monkeypatch.setattr(migrate, "revision", lambda variable: "0000" if variable == database.READER else revision(variable))
    assert migrate.main() == 1


def stamp(version: str) -> None:
    with database.engine(database.WRITER).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
