"""What clients are told while the database is away, changes its password, or breaks in the middle of a write."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from app import database, routes
from psycopg import sql
from sqlalchemy import event, text
from tests.aws import Aws
from tests.clients import Answer, Journal, Socket, anonymous, assert_error, drink
from tests.conftest import DATABASE, PASSWORD, admin, disconnect_all, set_password, url_of
from tests.relay import Relay
from tests.test_answers import Output

ROOT = Path(__file__).parent.parent
UNREACHABLE = "the database cannot be reached: nothing was written, try again"
UNKNOWN = "the connection to the database broke during the write, which may have been applied: repeat it with the same id"


def stored() -> set[str]:
    return {str(name) for (name,) in admin(sql.SQL("SELECT id FROM drinks"), DATABASE)}


def assert_unavailable(answer: Answer, message: str = UNREACHABLE) -> None:
    assert assert_error(answer, 503, "DATABASE_UNAVAILABLE")["message"] == message
    assert answer.headers["retry-after"] == "1"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, which takes no time."""
    waited: list[float] = []
    monkeypatch.setattr(database.time, "sleep", waited.append)
    return waited


@pytest.fixture
def on_commit() -> Iterator[Any]:
    """Do something when the next transaction is about to be committed."""
    acts: list[Any] = []

    def commit(_: object) -> None:
        if acts:
            acts.pop()()

    event.listen(database.engine(), "commit", commit)
    yield acts.append
    event.remove(database.engine(), "commit", commit)


def test_requests_without_database_are_told_so_and_with_it_served_again(journal: Journal, relay: Relay, waits: list[float]) -> None:
    given = drink()
    relay.close()
    assert_unavailable(journal.post(given))
    assert waits == [1, 1, 1]
    assert_unavailable(journal.get("/api/goal"))
    relay.open()
    assert journal.post(given).status == 201
    assert stored() == {given["id"]}


def test_a_database_that_is_away_for_a_moment_is_waited_for(journal: Journal, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.time, "sleep", lambda _: relay.open())
    relay.close()
    assert journal.post(drink()).status == 201


def test_health_says_at_once_that_there_is_no_database(relay: Relay, waits: list[float]) -> None:
    relay.close()
    assert_unavailable(anonymous("GET", "/api/health"))
    assert waits == []
    relay.open()
    assert anonymous("GET", "/api/health").status == 200


def test_a_connection_that_ended_between_two_requests_is_not_noticed(journal: Journal, waits: list[float]) -> None:
    journal.get("/api/goal")
    disconnect_all(DATABASE)
    assert journal.get("/api/goal").status == 200
    assert waits == []


def test_one_connection_serves_an_instance(aws: Aws, journal: Journal) -> None:
    database.engine().dispose()
    socket = Socket(aws, journal)
    for _ in range(5):
        journal.post(drink())
        socket.say(type="record", drinks=[drink()])
    count = sql.SQL("SELECT count(*) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(DATABASE))
    assert admin(count) == [(1,)]


def test_messages_without_database_are_answered_and_with_it_taken(aws: Aws, journal: Journal, relay: Relay, waits: list[float]) -> None:
    socket, given = Socket(aws, journal), drink()
    relay.close()
    assert socket.say(type="record", drinks=[given]) == [{"type": "error", "message": UNREACHABLE}]
    socket.close()
    relay.open()
    assert socket.say(type="record", drinks=[given])[0] == {"type": "recorded", "ids": [given["id"]]}


def test_a_write_cut_before_its_commit_can_be_repeated(journal: Journal, relay: Relay, on_commit: Any) -> None:
    given = drink()
    on_commit(relay.close)
    assert_unavailable(journal.post(given), UNKNOWN)
    relay.open()
    assert stored() == set()
    assert journal.post(given).status == 201


def test_a_write_whose_commit_was_not_answered_can_be_repeated(journal: Journal, relay: Relay, on_commit: Any) -> None:
    given = drink()
    on_commit(relay.swallow)
    assert_unavailable(journal.post(given), UNKNOWN)
    relay.open()
    assert stored() == {given["id"]}
    assert journal.post(given).status == 200
    assert stored() == {given["id"]}


def test_a_batch_whose_commit_was_not_answered_is_not_acknowledged(aws: Aws, journal: Journal, relay: Relay, on_commit: Any) -> None:
    socket, given = Socket(aws, journal), drink()
    on_commit(relay.swallow)
    assert socket.say(type="record", drinks=[given]) == [{"type": "error", "message": UNKNOWN}]
    relay.open()
    assert socket.say(type="record", drinks=[given])[0] == {"type": "recorded", "ids": [given["id"]]}
    assert stored() == {given["id"]}


def test_no_acknowledged_write_is_lost_when_the_database_restarts_again_and_again(journal: Journal) -> None:
    acknowledged: set[str] = set()
    statuses: list[int] = []
    stop = threading.Event()

    def restart() -> None:
        for _ in range(10):
            time.sleep(0.1)
            disconnect_all(DATABASE)
        stop.set()

    restarts = threading.Thread(target=restart)
    restarts.start()
    while not stop.is_set():
        given = drink()
        while (answer := journal.post(given)).status == 503:
            statuses.append(503)
        statuses.append(answer.status)
        acknowledged.add(given["id"])
    restarts.join()
    assert acknowledged == stored()
    assert set(statuses) <= {200, 201, 503}


def test_a_database_that_goes_after_the_commit_holds_up_no_answer(
    aws: Aws, journal: Journal, relay: Relay, output: Output, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    Socket(aws, journal)
    tell = routes.tell_changed

    def tell_without_database(*arguments: Any) -> None:
        relay.close()
        tell(*arguments)

    monkeypatch.setattr(routes, "tell_changed", tell_without_database)
    assert journal.post(drink()).status == 201
    assert waits == []
    assert "connections were not told of a change" in [line.get("message") for line in output()]


def test_a_rotated_password_is_read_again_and_costs_no_wait(aws: Aws, journal: Journal, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    journal.get("/api/goal")
    set_password("another")
    try:
        monkeypatch.setattr(aws, "secret", url_of(DATABASE, "another"))
        disconnect_all(DATABASE)
        assert journal.post(drink()).status == 201
        assert (waits, aws.reads) == ([], 1)
        disconnect_all(DATABASE)
        assert journal.get("/api/goal").status == 200
        assert aws.reads == 1
    finally:
        set_password(PASSWORD)


def test_a_secret_that_follows_the_rotation_later_is_waited_for(aws: Aws, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    before, waited = aws.secret, []

    def follow(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            aws.secret = url_of(DATABASE, "another")

    monkeypatch.setattr(database.time, "sleep", follow)
    set_password("another")
    try:
        disconnect_all(DATABASE)
        assert journal.get("/api/goal").status == 200
        assert waited == [1, 1]
    finally:
        set_password(PASSWORD)
        aws.secret = before


def test_a_password_that_stays_wrong_is_no_connection(aws: Aws, journal: Journal, waits: list[float]) -> None:
    set_password("another")
    try:
        disconnect_all(DATABASE)
        assert_unavailable(journal.get("/api/goal"))
        assert len(waits) == 3
    finally:
        set_password(PASSWORD)
    assert journal.get("/api/goal").status == 200


@pytest.mark.parametrize("secret", [None, "", "mysql://u:hunter2@h/d", "postgresql://u:hunter2%zz@h/d"])
def test_a_secret_that_leads_nowhere_is_no_connection_and_not_shown(
    aws: Aws, journal: Journal, waits: list[float], output: Output, monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    monkeypatch.setattr(aws, "secret", secret)
    monkeypatch.setattr(database.secret, "_url", None)
    database.engine().dispose()
    assert_unavailable(journal.get("/api/goal"))
    assert "hunter2" not in str(output())


def test_a_secret_that_cannot_be_read_again_stays_as_it_was(aws: Aws, journal: Journal, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "secret", None)
    monkeypatch.setattr(database.time, "sleep", lambda _: relay.open())
    relay.close()
    assert journal.get("/api/goal").status == 200


def test_certificates_in_the_environment_verify_the_server(
    journal: Journal, waits: list[float], monkeypatch: pytest.MonkeyPatch, output: Output
) -> None:
    # not those that signed the server's
    monkeypatch.setenv("PGSSLROOTCERT", str(Path(botocore.__file__).parent / "cacert.pem"))
    database.engine().dispose()
    assert_unavailable(journal.get("/api/goal"))
    assert "certificate verify failed" in str(output())


def test_sessions_are_in_utc_and_end_statements_that_take_too_long() -> None:
    with database.reading() as connection:
        assert connection.execute(text("SELECT current_setting('TimeZone'), current_setting('statement_timeout')")).one() == ("UTC", "10s")


@pytest.mark.parametrize("cause", ["database", "secret"])
def test_an_instance_starts_without_its_database_and_says_so(aws: Aws, relay: Relay, monkeypatch: pytest.MonkeyPatch, cause: str) -> None:
    if cause == "database":
        relay.close()
    else:
        monkeypatch.setattr(aws, "secret", None)
    start = [sys.executable, "-c", "import app.main"]
    run = subprocess.run(start, cwd=ROOT, env=os.environ.copy(), check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "started without its database" in run.stdout
