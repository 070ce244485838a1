from fastapi.testclient import TestClient


def test_a_note_is_open_until_it_is_said_to_be_done(client: TestClient) -> None:
    assert client.post("/notes", json={"text": "open"}).json()["done"] is False
    assert client.post("/notes", json={"text": "closed", "done": True}).json()["done"] is True
