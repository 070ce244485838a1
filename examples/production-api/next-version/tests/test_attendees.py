from app.database import connect
from fastapi.testclient import TestClient
import pytest
from tests.test_bookings import booking


def test_attendees_are_stored(client: TestClient) -> None:
    made = client.post("/bookings", json=booking(attendees=12))
    assert made.json()["attendees"] == 12
    address = made.headers["location"]
    assert client.put(address, json=booking(attendees=13)).json()["attendees"] == 13
    assert client.get(address).json()["attendees"] == 13


def test_clients_of_the_version_before_need_not_send_them(client: TestClient) -> None:
    assert client.post("/bookings", json=booking()).json()["attendees"] == 1


@pytest.mark.parametrize("attendees", [0, 501, 1.5, "many", None])
def test_their_number_has_bounds(client: TestClient, attendees: object) -> None:
    answer = client.post("/bookings", json=booking(attendees=attendees))
    assert answer.status_code == 400
    assert "body.attendees" in answer.json()["error"]["message"]


def test_the_version_before_may_write_on_the_new_schema(client: TestClient) -> None:
    with connect() as connection:
        connection.execute(
            "INSERT INTO bookings (id, room, booked_by, starts_at, ends_at)"
            " VALUES (gen_random_uuid(), 'Blue', 'old', '2030-01-01 09:00Z', '2030-01-01 10:00Z')"
        )
    assert client.get("/bookings").json()["items"][0]["attendees"] == 1
