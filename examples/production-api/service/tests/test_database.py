import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from app import database, main
from app.models import Booking
from fastapi.testclient import TestClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from tests.conftest import DATABASE, disconnect_all
from tests.relay import Relay
from tests.test_bookings import booking
from tests.test_errors import assert_error


def stored() -> set[str]:
    with Session(database.engine()) as session:
        return {str(row) for row in session.scalars(select(Booking.id))}


def test_the_pool_is_as_documented() -> None:
    pool = database.engine().pool
    assert (pool.size(), pool._max_overflow, pool.timeout(), pool._recycle, pool._pre_ping) == (5, 10, 30, 3600, True)


def test_a_connection_is_tried_again_three_times_one_second_apart(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    relay.close()
    with pytest.raises(psycopg.OperationalError):
        database.connect()
    assert pauses == [1, 1, 1]


def test_a_connection_that_comes_back_meanwhile_is_used(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: relay.open())
    relay.close()
    database.connect().close()


def test_the_url_decides_on_tls_and_its_other_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:p%40%2F@db.example.com:6432/app?sslmode=require&connect_timeout=9")

    def refuse(**parameters: object) -> None:
        given.update(parameters)
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(psycopg, "connect", refuse)
    with pytest.raises(psycopg.OperationalError):
        database.connect(retries=0)
    expected = {"user": "u", "password": "p@/", "host": "db.example.com", "port": "6432", "dbname": "app", "sslmode": "require", "connect_timeout": "9"}
    assert {name: given[name] for name in expected} == expected


def test_health_is_up_down_at_once_and_up_again(client: TestClient, relay: Relay) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    relay.close()
    for _ in range(2):
        started = time.monotonic()
        assert_error(client.get("/healthz"), 503, "DATABASE_UNAVAILABLE")
        assert time.monotonic() - started < 1
    assert client.get("/livez").status_code == 200
    relay.open()
    assert client.get("/healthz").status_code == 200
    assert client.get("/bookings").status_code == 200


def test_a_restart_of_the_database_is_not_seen_by_the_next_request(client: TestClient) -> None:
    assert client.get("/bookings").status_code == 200
    disconnect_all(DATABASE)
    assert client.get("/bookings").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_health_answers_while_all_connections_and_threads_are_in_use(client: TestClient) -> None:
    held = [database.engine().connect() for _ in range(15)]
    with ThreadPoolExecutor(40) as threads:
        try:
            waiting = [threads.submit(client.get, "/bookings") for _ in range(40)]
            time.sleep(0.3)
            started = time.monotonic()
            assert client.get("/healthz").status_code == 200
            assert time.monotonic() - started < 1
            assert not any(request.done() for request in waiting)
        finally:
            for connection in held:
                connection.close()
        assert {request.result().status_code for request in waiting} == {200}


def test_a_slow_health_check_keeps_no_other_request_waiting(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "check_database", lambda: time.sleep(1))
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(client.get, "/healthz")
        time.sleep(0.1)
        assert client.get("/livez").status_code == 200
        assert not slow.done()


def test_requests_without_database_are_told_so(client: TestClient, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    relay.close()
    answer = client.post("/bookings", json=booking())
    assert_error(answer, 503, "DATABASE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"


def test_a_write_cut_before_its_commit_is_not_acknowledged(client: TestClient, relay: Relay) -> None:
    def cut(session: Session, *_: object) -> None:
        relay.close()

    event.listen(Session, "after_flush", cut, once=True)
    assert_error(client.post("/bookings", json=booking()), 503, "DATABASE_UNAVAILABLE")
    relay.open()
    assert stored() == set()


def test_a_deletion_cut_before_its_statement_is_not_reported_as_unknown(client: TestClient, relay: Relay) -> None:
    made = client.post("/bookings", json=booking())

    def cut(*_: object) -> None:
        relay.close()

    event.listen(Session, "before_flush", cut, once=True)
    assert_error(client.delete(made.headers["location"]), 503, "DATABASE_UNAVAILABLE")
    relay.open()
    assert stored() == {made.json()["id"]}


def test_a_commit_without_answer_is_reported_as_unknown(client: TestClient, relay: Relay) -> None:
    def cut(*_: object) -> None:
        relay.close()

    event.listen(database.engine(), "commit", cut)
    try:
        error = assert_error(client.post("/bookings", json=booking()), 503, "OUTCOME_UNKNOWN")
    finally:
        event.remove(database.engine(), "commit", cut)
    assert "read before you repeat" in error["message"]


def test_no_acknowledged_write_is_lost_when_the_database_restarts_again_and_again(client: TestClient) -> None:
    acknowledged: set[str] = set()
    answers: list[int] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            answer = client.post("/bookings", json=booking(room=uuid4().hex))
            answers.append(answer.status_code)
            if answer.status_code == 201:
                acknowledged.add(answer.json()["id"])

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for _ in range(10):
        time.sleep(0.1)
        disconnect_all(DATABASE)
    stop.set()
    for writer in writers:
        writer.join()
    assert acknowledged
    assert acknowledged <= stored()
    assert set(answers) <= {201, 503}
