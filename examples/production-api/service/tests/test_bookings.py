from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient


def booking(day: int = 1, start: int = 9, end: int = 10, **changes: object) -> dict[str, object]:
    return {
        "room": "Blue",
        "bookedBy": "ada@example.com",
        "startsAt": f"2030-01-{day:02}T{start:02}:00:00Z",
        "endsAt": f"2030-01-{day:02}T{end:02}:00:00Z",
        **changes,
    }


def test_a_booking_is_created_read_updated_and_deleted(client: TestClient) -> None:
    made = client.post("/bookings", json=booking())
    assert made.status_code == 201
    body = made.json()
    assert {name: body[name] for name in booking()} == booking()
    assert UUID(body["id"])
    address = made.headers["location"]
    assert address == f"/bookings/{body['id']}"
    assert client.get(address).json() == body

    changed = client.put(address, json=booking(room="Green", end=12))
    assert changed.status_code == 200
    assert changed.json()["room"] == "Green"
    assert changed.json()["updatedAt"] > body["updatedAt"]
    assert client.get(address).json() == changed.json()

    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address).status_code == 404


@pytest.mark.parametrize(("start", "end"), [(9, 10), (8, 12), (8, 10), (9, 11)])
def test_a_room_cannot_be_taken_twice(client: TestClient, start: int, end: int) -> None:
    client.post("/bookings", json=booking(start=9, end=11))
    answer = client.post("/bookings", json=booking(start=start, end=end))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "ROOM_TAKEN"
    assert len(client.get("/bookings").json()["items"]) == 1


def test_a_room_is_free_again_at_the_moment_a_booking_ends(client: TestClient) -> None:
    for start, end, room in [(9, 10, "Blue"), (10, 11, "Blue"), (9, 10, "Green")]:
        assert client.post("/bookings", json=booking(start=start, end=end, room=room)).status_code == 201


def test_a_booking_cannot_be_moved_onto_another(client: TestClient) -> None:
    client.post("/bookings", json=booking(start=9, end=10))
    other = client.post("/bookings", json=booking(start=10, end=11)).headers["location"]
    assert client.put(other, json=booking(start=9, end=11)).status_code == 409
    assert client.put(other, json=booking(start=10, end=12)).status_code == 200


def test_of_simultaneous_bookings_one_wins(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.post("/bookings", json=booking()).status_code, range(8)))
    assert sorted(answers) == [201] + [409] * 7


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"room": ""}, "body.room"),
        ({"room": " \t"}, "body.room"),
        ({"room": "x" * 81}, "body.room"),
        ({"room": "a\x00b"}, "body.room"),
        ({"room": 7}, "body.room"),
        ({"bookedBy": None}, "body.bookedBy"),
        ({"startsAt": "2030-01-01T09:00:00"}, "body.startsAt"),  # no time zone
        ({"startsAt": "1999-12-31T23:59:59Z"}, "body.startsAt"),
        ({"endsAt": "2100-01-01T00:00:00Z"}, "body.endsAt"),
        ({"endsAt": "2030-01-01T09:00:00Z"}, "endsAt must be after startsAt"),
        ({"color": "red"}, "body.color"),
    ],
)
def test_invalid_bookings_are_refused_with_the_field(client: TestClient, changes: dict[str, object], fault: str) -> None:
    answer = client.post("/bookings", json=booking(**changes))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_FAILED"
    assert fault in answer.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b'{"room": "\\ud800"}'])
def test_bodies_that_are_no_booking_are_refused(client: TestClient, content: bytes) -> None:
    answer = client.post("/bookings", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_an_error_message_does_not_repeat_the_input(client: TestClient) -> None:
    answer = client.post("/bookings", json=booking(room="s3cret" * 20))
    assert "s3cret" not in answer.text


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=bm90aGluZw==", "after=today", "room="])
def test_invalid_queries_are_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/bookings?{query}").status_code == 400


def test_an_id_must_be_a_uuid_and_exist(client: TestClient) -> None:
    assert client.get("/bookings/1").status_code == 400
    unknown = uuid4()
    for answer in (client.get(f"/bookings/{unknown}"), client.put(f"/bookings/{unknown}", json=booking()), client.delete(f"/bookings/{unknown}")):
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == f"no booking has the id {unknown}"


def test_pages_are_in_order_and_complete(client: TestClient) -> None:
    for day in (3, 1, 5, 2, 4):
        client.post("/bookings", json=booking(day))
    seen: list[str] = []
    cursor = None
    sizes = []
    while True:
        page = client.get("/bookings", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["startsAt"] for item in page["items"]]
        sizes.append(len(page["items"]))
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert sizes == [2, 2, 1]
    assert seen == [booking(day)["startsAt"] for day in range(1, 6)]


def test_bookings_are_found_by_room_and_time(client: TestClient) -> None:
    for day, room in [(1, "Blue"), (2, "Green"), (3, "Blue")]:
        client.post("/bookings", json=booking(day, room=room))
    rooms = client.get("/bookings", params={"room": "Blue"}).json()["items"]
    assert [item["startsAt"][:10] for item in rooms] == ["2030-01-01", "2030-01-03"]
    later = client.get("/bookings", params={"after": "2030-01-01T10:00:00Z"}).json()["items"]
    assert [item["startsAt"][:10] for item in later] == ["2030-01-02", "2030-01-03"]


def test_the_last_page_has_no_next(client: TestClient) -> None:
    assert client.get("/bookings").json() == {"items": [], "nextCursor": None}
    client.post("/bookings", json=booking())
    assert client.get("/bookings?limit=1").json()["nextCursor"] is None
