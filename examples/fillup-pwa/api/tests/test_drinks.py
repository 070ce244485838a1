import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.clients import Journal, assert_error, drink


def test_a_drink_is_recorded_read_replaced_and_deleted(journal: Journal) -> None:
    given = drink()
    made = journal.post(given)
    assert made.status == 201
    assert set(made.json) == {*given, "createdAt"}
    assert {name: made.json[name] for name in given} == given
    address = made.headers["location"]
    assert address == f"/api/drinks/{given['id']}"
    assert journal.get(address).json == made.json

    content = {name: value for name, value in drink(kind="tea", millilitres=200).items() if name != "id"}
    replaced = journal.ask("PUT", address, content)
    assert replaced.status == 200
    assert replaced.json == {**made.json, **content}
    assert journal.get(address).json == replaced.json

    deleted = journal.ask("DELETE", address)
    assert (deleted.status, deleted.text) == (204, "")
    assert_error(journal.get(address), 404, "NOT_FOUND")
    assert_error(journal.ask("DELETE", address), 404, "NOT_FOUND")


def test_a_drink_without_an_id_gets_one(journal: Journal) -> None:
    given = drink()
    del given["id"]
    made = journal.post(given)
    assert made.status == 201
    assert made.headers["location"] == f"/api/drinks/{uuid.UUID(made.json['id'])}"


def test_a_drink_that_is_sent_again_is_kept_once(journal: Journal) -> None:
    # another zone, the same moment
    given = drink(drunkAt="2030-01-31T08:30:00.123456+01:00")
    first = journal.post(given)
    again = journal.post({**given, "drunkAt": "2030-01-31T07:30:00.123456Z"})
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    assert again.headers["location"] == first.headers["location"]
    assert journal.get("/api/days/2030-01-31").json["totalMillilitres"] == 250


def test_of_simultaneous_repetitions_one_is_the_first(journal: Journal) -> None:
    given = drink()
    with ThreadPoolExecutor(4) as threads:
        from app import journal as kept
        from app.schemas import NewDrink

        input = NewDrink.model_validate(given)
        results = list(threads.map(lambda _: kept.record("a" * 64, [input]), range(8)))
    assert sorted(len(result.new) for result in results) == [0] * 7 + [1]
    assert all(result.kept and not result.conflicts for result in results)


@pytest.mark.parametrize("change", [{"millilitres": 251}, {"kind": "tea"}, {"day": "2030-02-01"}, {"drunkAt": "2030-01-31T08:30:01Z"}])
def test_an_id_with_other_content_is_a_conflict(journal: Journal, change: dict[str, object]) -> None:
    given = drink()
    made = journal.post(given)
    error = assert_error(journal.post({**given, **change}), 409, "CONFLICT")
    assert error["message"] == f"the id {given['id']} is that of another drink"
    assert journal.get(made.headers["location"]).json == made.json


def test_what_another_journal_has_is_not_there(journal: Journal) -> None:
    given = drink()
    address = journal.post(given).headers["location"]
    other = Journal()
    content = {name: value for name, value in given.items() if name != "id"}
    for answer in (other.get(address), other.ask("PUT", address, content), other.ask("DELETE", address)):
        assert assert_error(answer, 404, "NOT_FOUND")["message"] == f"no drink has the id {given['id']}"
    assert_error(other.post(given), 409, "CONFLICT")
    assert other.get("/api/days/2030-01-31").json["drinks"] == []
    assert journal.get(address).status == 200


def test_a_day_has_its_drinks_the_newest_first(journal: Journal) -> None:
    assert journal.get("/api/days/2030-01-31").json == {"day": "2030-01-31", "goalMillilitres": 2000, "totalMillilitres": 0, "drinks": []}
    made = [journal.post(drink(drunkAt=f"2030-01-31T{hour:02}:00:00Z", millilitres=hour)).json for hour in (9, 7, 8)]
    journal.post(drink(day="2030-02-01"))
    Journal().post(drink())
    day = journal.get("/api/days/2030-01-31").json
    assert day["drinks"] == [made[0], made[2], made[1]]
    assert day["totalMillilitres"] == 24


def test_a_goal_is_2000_until_it_is_set(journal: Journal) -> None:
    assert journal.get("/api/goal").json == {"millilitres": 2000}
    for millilitres in (250, 10_000):
        answer = journal.ask("PUT", "/api/goal", {"millilitres": millilitres})
        assert (answer.status, answer.json) == (200, {"millilitres": millilitres})
    assert journal.get("/api/goal").json == {"millilitres": 10_000}
    assert journal.get("/api/days/2030-01-31").json["goalMillilitres"] == 10_000
    assert Journal().get("/api/goal").json == {"millilitres": 2000}


@pytest.mark.parametrize("millilitres", [249, 10_001, 2000.5, "2000", None, True])
def test_a_goal_that_is_none_is_refused(journal: Journal, millilitres: object) -> None:
    error = assert_error(journal.ask("PUT", "/api/goal", {"millilitres": millilitres}), 400, "VALIDATION_FAILED")
    assert "body.millilitres" in error["message"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "1"}, "body.id"),
        ({"kind": "beer"}, "body.kind"),
        ({"millilitres": 0}, "body.millilitres"),
        ({"millilitres": 5001}, "body.millilitres"),
        ({"millilitres": "250"}, "body.millilitres"),
        ({"millilitres": True}, "body.millilitres"),
        ({"day": "2030-02-30"}, "body.day"),
        ({"day": "2030-1-1"}, "body.day"),
        ({"day": "1999-12-31"}, "body.day"),
        ({"day": 1_893_499_200}, "body.day"),
        ({"day": "2030-01-31T00:00:00"}, "body.day"),
        ({"drunkAt": "2030-01-31T08:30:00"}, "body.drunkAt"),  # no time zone
        ({"drunkAt": "2100-01-01T00:00:00Z"}, "body.drunkAt"),
        ({"drunkAt": 1_893_499_200}, "body.drunkAt"),
        ({"color": "red"}, "body.color"),
        ({"createdAt": "2030-01-31T08:30:00Z"}, "body.createdAt"),
    ],
)
def test_invalid_drinks_are_refused_with_the_field(journal: Journal, changes: dict[str, object], fault: str) -> None:
    assert fault in assert_error(journal.post(drink(**changes)), 400, "VALIDATION_FAILED")["message"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '"text"', '{"kind": "\\ud800"}', '{"\\ud800": 1}', "[" * 100_000])
def test_bodies_that_are_no_drink_are_refused(journal: Journal, content: str | None) -> None:
    assert_error(journal.post(content), 400, "VALIDATION_FAILED")


def test_an_error_message_does_not_repeat_the_input(journal: Journal) -> None:
    assert "s3cret" not in journal.post(drink(kind="s3cret")).text


@pytest.mark.parametrize("day", ["today", "2030-02-30", "2030-1-1", "1893499200", "20300131", "1999-12-31", "٢٠٣٠-٠١-٣١"])
def test_days_that_are_none_are_refused(journal: Journal, day: str) -> None:
    assert_error(journal.get(f"/api/days/{day}"), 400, "VALIDATION_FAILED")


def test_an_id_in_a_path_must_be_a_uuid(journal: Journal) -> None:
    assert_error(journal.get("/api/drinks/1"), 400, "VALIDATION_FAILED")
