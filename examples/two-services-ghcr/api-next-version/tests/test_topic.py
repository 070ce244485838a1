"""What version 2 adds."""

from alembic import command
from alembic.config import Config
from fastapi.testclient import TestClient
from sqlalchemy import text

from app import database


def test_a_message_has_the_topic_it_is_given_or_the_general_one(client: TestClient) -> None:
    assert client.post("/messages", json={"author": "Ada", "text": "Hello", "topic": "engines"}).json()["topic"] == "engines"
    assert client.post("/messages", json={"author": "Ada", "text": "Hello"}).json()["topic"] == "general"


def test_a_topic_is_a_line_of_40_characters_at_most(client: TestClient) -> None:
    for topic in ("", "x" * 41, "a\nb"):
        assert client.post("/messages", json={"author": "Ada", "text": "Hello", "topic": topic}).status_code == 422


def test_messages_of_version_1_are_general_and_it_may_go_on_writing(client: TestClient) -> None:
    config = Config("alembic.ini")
    command.downgrade(config, "0001")
    old = text("INSERT INTO messages (author, text) VALUES ('Ada', 'written by version 1')")
    with database.engine(database.WRITER).begin() as connection:
        connection.execute(old)
    command.upgrade(config, "head")
    with database.engine(database.WRITER).begin() as connection:
        connection.execute(old)
    assert [message["topic"] for message in client.get("/messages").json()] == ["general", "general"]
