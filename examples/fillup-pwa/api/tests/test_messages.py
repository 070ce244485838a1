import time
import uuid
from dataclasses import replace

import pytest
from psycopg import sql
from tests import events
from tests.aws import Aws
from tests.clients import Journal, Socket, drink, invoke, new_key
from tests.conftest import DATABASE, admin
from tests.test_answers import Output

HELLO_FIRST = [{"type": "error", "message": "say hello first"}]
CHANGED = {"type": "changed", "days": ["2030-01-31"]}


def known_connections() -> set[str]:
    return {name for (name,) in admin(sql.SQL("SELECT connection_id FROM connections"), DATABASE)}


def test_a_connection_says_whose_it_is_first(aws: Aws, journal: Journal) -> None:
    socket = Socket(aws)
    assert known_connections() == set()
    assert socket.say(type="record", drinks=[drink()]) == HELLO_FIRST
    assert socket.say(type="ping") == HELLO_FIRST
    assert socket.say(type="nonsense") == HELLO_FIRST
    assert socket.say(type="hello", key=journal.key) == [{"type": "welcome"}]
    assert known_connections() == {socket.id}
    assert socket.say(type="ping") == [{"type": "pong"}]
    assert journal.get("/api/days/2030-01-31").json["drinks"] == []


@pytest.mark.parametrize("key", [None, "", 7, new_key()[:-1], new_key() + "a", ["a"] * 43])
def test_a_hello_without_the_key_of_a_journal_is_refused(aws: Aws, key: object) -> None:
    socket = Socket(aws)
    assert socket.say(type="hello", key=key) == [{"type": "error", "message": "'key' must be the key of a journal"}]
    assert known_connections() == set()


def test_a_connection_may_turn_to_another_journal(aws: Aws, journal: Journal) -> None:
    socket, other = Socket(aws, journal), Journal()
    assert socket.say(type="hello", key=other.key) == [{"type": "welcome"}]
    socket.say(type="record", drinks=[drink()])
    assert len(other.get("/api/days/2030-01-31").json["drinks"]) == 1
    assert journal.get("/api/days/2030-01-31").json["drinks"] == []


def test_a_batch_is_acknowledged_when_it_is_kept(aws: Aws, journal: Journal) -> None:
    socket = Socket(aws, journal)
    given = [drink(millilitres=number + 1) for number in range(10)]
    ids = [each["id"] for each in given]
    assert socket.say(type="record", drinks=given) == [{"type": "recorded", "ids": ids}, CHANGED]
    kept = journal.get("/api/days/2030-01-31").json
    assert {each["id"] for each in kept["drinks"]} == set(ids)
    assert kept["totalMillilitres"] == 55
    # the acknowledgement was lost: the client sends it again, with one more
    more = drink()
    assert socket.say(type="record", drinks=[*given[:9], more])[0] == {"type": "recorded", "ids": [*ids[:9], more["id"]]}
    assert len(journal.get("/api/days/2030-01-31").json["drinks"]) == 11


def test_what_is_wrong_in_a_batch_is_refused_and_the_rest_kept(aws: Aws, journal: Journal) -> None:
    socket = Socket(aws, journal)
    taken, foreign, good, bad = drink(), drink(), drink(), drink(millilitres=0)
    journal.post(taken)
    Journal().post(foreign)
    socket.read()
    unnamed = drink()
    del unnamed["id"]
    batch = [bad, {**taken, "millilitres": 1}, foreign, unnamed, "nonsense", {"id": 7}, good, good, {**good, "kind": "tea"}]
    recorded, changed = socket.say(type="record", drinks=batch)
    assert recorded["ids"] == [good["id"]]
    refused = [(each["id"], each["message"].split(":")[0]) for each in recorded["refused"]]
    assert sorted(refused, key=str) == sorted(
        [
            (bad["id"], "millilitres"),
            (taken["id"], "the id is that of another drink"),
            (foreign["id"], "the id is that of another drink"),
            (good["id"], "the id is that of another drink"),
            (None, "id"),
            (None, ""),
            (None, "kind"),
        ],
        key=str,
    )
    assert changed == CHANGED
    assert journal.get(f"/api/drinks/{good['id']}").json["kind"] == "water"
    assert len(journal.get("/api/days/2030-01-31").json["drinks"]) == 2


def test_a_batch_of_which_nothing_is_kept_changes_nothing(aws: Aws, journal: Journal) -> None:
    bad = drink(kind="beer")
    (recorded,) = Socket(aws, journal).say(type="record", drinks=[bad])
    assert recorded["ids"] == []
    assert [each["id"] for each in recorded["refused"]] == [bad["id"]]


@pytest.mark.parametrize("drinks", [None, [], {}, "drinks", [drink() for _ in range(11)]])
def test_a_batch_has_one_to_ten_drinks(aws: Aws, journal: Journal, drinks: object) -> None:
    assert Socket(aws, journal).say(type="record", drinks=drinks) == [{"type": "error", "message": "'drinks' must be a list of 1 to 10"}]


@pytest.mark.parametrize("body", ["", "hello", "{", "[]", "null", "[" * 100_000, '{"type":"ping"}', '{"action":"other","type":"ping"}'])
def test_what_is_no_message_is_answered_with_an_error(aws: Aws, journal: Journal, body: str) -> None:
    message = "a message must be a JSON object with the action 'sendMessage'"
    assert Socket(aws, journal).send(body) == [{"type": "error", "message": message}]


def test_an_unknown_type_is_answered_with_the_known_ones(aws: Aws, journal: Journal) -> None:
    for type in ("nonsense", None, 7, ["hello"]):
        assert Socket(aws, journal).say(type=type) == [{"type": "error", "message": "'type' must be 'hello', 'record' or 'ping'"}]


def test_a_change_is_told_to_all_connections_of_the_journal_and_to_no_other(aws: Aws, journal: Journal) -> None:
    sockets, stranger, silent = [Socket(aws, journal), Socket(aws, journal)], Socket(aws, Journal()), Socket(aws)
    given = drink()
    address = journal.post(given).headers["location"]
    assert [socket.read() for socket in sockets] == [[CHANGED], [CHANGED]]
    moved = {name: value for name, value in given.items() if name != "id"} | {"day": "2030-01-30"}
    journal.ask("PUT", address, moved)
    assert [socket.read() for socket in sockets] == [[{"type": "changed", "days": ["2030-01-30", "2030-01-31"]}]] * 2
    journal.ask("DELETE", address)
    assert [socket.read() for socket in sockets] == [[{"type": "changed", "days": ["2030-01-30"]}]] * 2
    assert sockets[0].say(type="record", drinks=[drink(), drink(day="2030-02-01")])[1] == {"type": "changed", "days": ["2030-01-31", "2030-02-01"]}
    assert sockets[1].read() == [{"type": "changed", "days": ["2030-01-31", "2030-02-01"]}]
    # a goal is that of no day in particular
    journal.ask("PUT", "/api/goal", {"millilitres": 1500})
    assert [socket.read() for socket in sockets] == [[{"type": "changed", "days": []}]] * 2
    assert aws.messages == []
    assert stranger.read() == silent.read() == []


def test_what_is_refused_is_told_to_nobody(aws: Aws, journal: Journal) -> None:
    socket, given = Socket(aws, journal), drink()
    journal.post(given)
    socket.read()
    journal.post({**given, "millilitres": 1})
    journal.post(drink(millilitres=0))
    journal.ask("DELETE", f"/api/drinks/{uuid.uuid4()}")
    Journal().ask("DELETE", f"/api/drinks/{given['id']}")
    assert socket.read() == []


def test_a_repeated_drink_is_told_again_since_the_first_time_may_have_ended_before(aws: Aws, journal: Journal) -> None:
    given = drink()
    journal.post(given)
    socket = Socket(aws, journal)
    assert journal.post(given).status == 200
    assert socket.read() == [CHANGED]


def test_a_closed_connection_is_forgotten(aws: Aws, journal: Journal) -> None:
    socket = Socket(aws, journal)
    socket.close()
    assert known_connections() == set()
    journal.post(drink())
    assert aws.messages == []


def test_a_connection_that_is_gone_is_forgotten_by_the_next_push(aws: Aws, journal: Journal) -> None:
    there, gone = Socket(aws, journal), Socket(aws, journal)
    aws.gone.add(gone.id)
    assert journal.post(drink()).status == 201
    assert there.read() == [CHANGED]
    assert known_connections() == {there.id}


def test_a_connection_that_is_gone_before_its_answer_is_forgotten(aws: Aws, journal: Journal) -> None:
    socket = Socket(aws, journal)
    aws.gone.add(socket.id)
    assert socket.say(type="ping") == []
    assert known_connections() == set()


def test_a_drink_is_kept_although_its_connection_is_gone_before_the_answer(aws: Aws, journal: Journal) -> None:
    socket, given = Socket(aws, journal), drink()
    aws.gone.add(socket.id)
    assert socket.say(type="record", drinks=[given]) == []
    assert journal.get(f"/api/drinks/{given['id']}").status == 200


def test_connections_older_than_api_gateway_lets_them_be_are_swept(aws: Aws, journal: Journal) -> None:
    old, young = Socket(aws, journal), Socket(aws, journal)
    age = sql.SQL("UPDATE connections SET connected_at = now() - interval {} WHERE connection_id = {}")
    admin(age.format(sql.Literal("2 hours 1 second"), sql.Literal(old.id)), DATABASE)
    admin(age.format(sql.Literal("1 hour 59 minutes"), sql.Literal(young.id)), DATABASE)
    assert known_connections() == {old.id, young.id}
    new = Socket(aws, Journal())
    assert known_connections() == {young.id, new.id}


def test_a_push_that_fails_is_logged_and_fails_nothing(aws: Aws, journal: Journal, output: Output) -> None:
    socket = Socket(aws, journal)
    aws.failing.add(socket.id)
    assert journal.post(drink()).status == 201
    assert known_connections() == {socket.id}
    assert "message not delivered" in [line.get("message") for line in output()]


def test_pushes_that_hang_hold_up_no_answer_for_long(aws: Aws, journal: Journal) -> None:
    sockets = [Socket(aws, journal) for _ in range(5)]
    aws.slow = {socket.id: 20 for socket in sockets[1:]}
    started = time.monotonic()
    assert journal.post(drink()).status == 201
    assert time.monotonic() - started < 10
    assert sockets[0].read() == [CHANGED]


def test_an_endpoint_that_is_not_there_fails_nothing(aws: Aws, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import connections

    socket = Socket(aws, journal)
    elsewhere = replace(connections.settings, websocket_callback_url="http://127.0.0.1:1/live")
    monkeypatch.setattr(connections, "settings", elsewhere)
    connections.client.cache_clear()
    assert journal.post(drink()).status == 201
    connections.client.cache_clear()
    assert known_connections() == {socket.id}


def test_without_a_websocket_api_there_is_nobody_to_tell(aws: Aws, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import connections

    Socket(aws, journal)
    monkeypatch.setattr(connections, "settings", replace(connections.settings, websocket_callback_url=None))
    assert journal.post(drink()).status == 201
    assert aws.messages == []


def test_only_the_newest_connections_are_told_of_those_who_open_too_many(aws: Aws, journal: Journal) -> None:
    sockets = [Socket(aws, journal) for _ in range(21)]
    journal.post(drink())
    assert [len(socket.read()) for socket in sockets] == [0] + [1] * 20


def test_messages_are_measured_and_their_keys_not_logged(aws: Aws, journal: Journal, output: Output) -> None:
    socket = Socket(aws, journal)
    socket.say(type="record", drinks=[drink(), drink()])
    measured = output()
    assert journal.key not in str(measured)
    assert measured[-1]["DrinksRecorded"] == [2.0]
    assert measured[-1]["ActiveDrinkers"] == [1.0]
    assert measured[-1]["ResponseTime"][0] > 0


def test_a_connection_that_says_nothing_costs_no_query(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    from app import database

    monkeypatch.setattr(database, "engine", None)
    assert invoke(events.websocket("CONNECT", "a=")) == {"statusCode": 200}
