import os
import uuid

import pytest
from fastapi.testclient import TestClient
from psycopg import sql
from sqlalchemy import make_url
from tests.conftest import admin


def test_a_note_is_kept_and_read_again(client: TestClient) -> None:
    made = client.post("/notes", json={"text": "  water the plants "})
    assert (made.status_code, made.json()["text"]) == (201, "water the plants")
    assert client.get(f"/notes/{made.json()['id']}").json() == made.json()
    assert client.get("/notes", params={"limit": 1}).json() == [made.json()]


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": "x" * 501}, {"text": "a\x00b"}, {"text": "a", "txet": "b"}])
def test_a_note_that_could_not_be_kept_is_refused(client: TestClient, body: dict[str, str]) -> None:
    assert client.post("/notes", json=body).status_code == 422


def test_what_there_is_not_is_not_found(client: TestClient) -> None:
    for path in (f"/notes/{uuid.uuid4()}", f"/notes/{uuid.uuid4()}/link"):
        assert client.get(path).status_code == 404


def test_a_link_shows_its_note_and_no_other(client: TestClient) -> None:
    first, second = (client.post("/notes", json={"text": text}).json()["id"] for text in ("one", "two"))
    path = client.get(f"/notes/{first}/link").json()["path"]
    assert client.get(path).json()["text"] == "one"
    assert client.get(path.replace(first, second)).status_code == 403
    assert client.get(f"/shared/{first}", params={"signature": "é"}).status_code == 403


def test_health_is_that_of_the_database_too(client: TestClient) -> None:
    assert client.get("/health").status_code == 200
    assert client.get("/live").status_code == 200


def test_connections_that_were_cut_in_the_night_are_replaced(client: TestClient) -> None:
    assert client.get("/health").status_code == 200
    name = make_url(os.environ["DATABASE_URL"]).database
    admin(sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(sql.Literal(name)))
    assert client.get("/health").status_code == 200
