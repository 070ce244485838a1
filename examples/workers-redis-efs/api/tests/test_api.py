"""The API by itself: what it answers, keeps and sends."""

import json
import uuid

import pytest
from app import agents
from tests.conftest import QUEUES, REDIS, SQS

NEW = {"name": "Scout", "goal": "find news on batteries"}


def received(queue: str) -> list[dict]:
    messages = SQS.receive_message(QueueUrl=QUEUES[queue], MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_a_new_agent_is_kept_as_queued_and_sent_to_be_built(client) -> None:
    answer = client.post("/api/agents", json=NEW)
    assert answer.status_code == 202
    agent = answer.json()
    assert agent["status"] == "queued"
    assert agents.read(agent["id"])["goal"] == NEW["goal"]
    assert received("agent-builds") == [{"task": "build_agent", "arguments": {"agent": agent["id"]}}]


@pytest.mark.parametrize("body", [{}, {"name": "Scout"}, {**NEW, "goal": " "}, {**NEW, "goal": "x" * 501}])
def test_an_agent_without_what_it_needs_is_refused(client, body: dict) -> None:
    assert client.post("/api/agents", json=body).status_code == 422
    assert received("agent-builds") == []


def test_an_agent_is_found_in_the_table_and_after_a_change_in_the_cache(client) -> None:
    agent_id = client.post("/api/agents", json=NEW).json()["id"]
    assert client.get(f"/api/agents/{agent_id}").headers["X-Cache"] == "miss"
    agents.set_status(agent_id, "built")
    agents.add_update(agent_id, "1", "done")
    answer = client.get(f"/api/agents/{agent_id}")
    assert answer.headers["X-Cache"] == "hit"
    assert answer.json()["status"] == "built"
    assert [update["text"] for update in answer.json()["updates"]] == ["done"]


def test_an_update_that_comes_twice_is_written_once(client) -> None:
    agent_id = client.post("/api/agents", json=NEW).json()["id"]
    assert agents.add_update(agent_id, "1", "seen")
    assert agents.add_update(agent_id, "1", "seen") is None
    assert agents.add_update(agent_id, "2", "seen")
    assert [update["text"] for update in agents.read(agent_id)["updates"]] == ["seen", "seen"]


def test_without_the_cache_the_table_answers(client) -> None:
    agent_id = client.post("/api/agents", json=NEW).json()["id"]
    REDIS.kill()
    try:
        agents.set_status(agent_id, "built")
        answer = client.get(f"/api/agents/{agent_id}")
        assert (answer.json()["status"], answer.headers["X-Cache"]) == ("built", "miss")
        assert client.get("/health").status_code == 200
    finally:
        REDIS.start()


def test_the_newest_agents_come_first(client) -> None:
    ids = [agents.create(str(number), f"agent {number}", "goal")["id"] for number in range(3)]
    for number, agent_id in enumerate(ids):
        agents._table.update_item(
            Key={"id": agent_id}, UpdateExpression="SET createdAt = :at", ExpressionAttributeValues={":at": f"2030-01-0{number + 1}"}
        )
    assert [agent["id"] for agent in client.get("/api/agents?count=2").json()] == ["2", "1"]


def test_an_unknown_agent_is_not_found(client) -> None:
    unknown = uuid.uuid4()
    assert client.get(f"/api/agents/{unknown}").status_code == 404
    assert client.get(f"/api/agents/{unknown}/plan").status_code == 404
    assert client.get("/api/agents/..%2F..%2Fetc%2Fpasswd/plan").status_code in (404, 422)
    assert agents.set_status(str(unknown), "built") is None
    assert agents.add_update(str(unknown), "1", "nobody") is None


def test_an_update_is_sent_to_be_written(client) -> None:
    agent_id = str(uuid.uuid4())
    assert client.post(f"/api/agents/{agent_id}/updates", json={"text": "seen"}).status_code == 202
    [message] = received("status-updates")
    assert message["task"] == "update_status"
    assert message["arguments"].items() >= {"agent": agent_id, "text": "seen"}.items()


@pytest.mark.parametrize("path", ["/health", "/docs", "/redoc"])
def test_what_is_routed_to_the_api_beside_its_own_paths_answers(client, path: str) -> None:
    assert client.get(path).status_code == 200
