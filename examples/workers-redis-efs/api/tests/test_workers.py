"""The workers as processes: messages become tasks, Redis may be replaced meanwhile, a worker ends with what it has begun."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from app import agents, inbox
from app.celery import app, build_agent
from tests.conftest import HOME, QUEUES, REDIS, SQS, until

ROOT = Path(__file__).parent.parent
NEW = {"name": "Scout", "goal": "find news on batteries"}


@contextmanager
def worker(celery_queue: str, queue: str, **environment: str) -> Iterator[subprocess.Popen]:
    temporary = HOME / celery_queue
    temporary.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "celery", "-A", "app", "worker", "-Q", celery_queue, "-c", "2", "-n", f"{celery_queue}@test", "--without-gossip"]
    with (HOME / f"{celery_queue}.log").open("a") as log:
        process = subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, "QUEUE_URL": QUEUES[queue], "TMPDIR": str(temporary), **environment}, stdout=log, stderr=log
        )
    try:
        until("the worker is healthy", lambda: healthcheck(celery_queue) == 0, 60)
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def service(celery_queue: str, queue: str) -> Iterator[None]:
    """A worker, and another when it ends, as ECS starts them."""
    over = threading.Event()

    def keep() -> None:
        while not over.is_set():
            with worker(celery_queue, queue) as process:
                while process.poll() is None and not over.is_set():
                    time.sleep(0.1)

    keeper = threading.Thread(target=keep)
    keeper.start()
    try:
        until("the worker is healthy", lambda: healthcheck(celery_queue) == 0, 60)
        yield
    finally:
        over.set()
        keeper.join()


def healthcheck(celery_queue: str) -> int:
    environment = {**os.environ, "TMPDIR": str(HOME / celery_queue)}
    return subprocess.run([sys.executable, "-m", "app.healthcheck"], cwd=ROOT, env=environment, check=False, capture_output=True).returncode


def waiting(queue: str) -> int:
    """Messages that are not done, also those that a worker has."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = SQS.get_queue_attributes(QueueUrl=QUEUES[queue], AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


@pytest.fixture
def workers() -> Iterator[None]:
    with service("agent_builds", "agent-builds"), service("status_updates", "status-updates"):
        yield


def test_a_job_is_done_by_the_workers_through_sqs_redis_files_and_table(client, workers) -> None:
    agent_id = client.post("/api/agents", json=NEW).json()["id"]
    agent = until("both workers have done their part", lambda: (found := agents.read(agent_id))["updates"] and found)
    assert agent["status"] == "built"
    assert client.get(f"/api/agents/{agent_id}").headers["X-Cache"] == "hit"
    assert client.get(f"/api/agents/{agent_id}/plan").text.startswith("# Scout\n\nfind news on batteries")
    until("the message is deleted", lambda: waiting("agent-builds") == 0)

    client.post(f"/api/agents/{agent_id}/updates", json={"text": "seen"})
    until("the update is written", lambda: agents.read(agent_id)["updates"][-1]["text"] == "seen")

    SQS.send_message(QueueUrl=QUEUES["status-updates"], MessageBody="no JSON")
    client.post(f"/api/agents/{agent_id}/updates", json={"text": "seen again"})
    until("another is not held up by one that nobody understands", lambda: agents.read(agent_id)["updates"][-1]["text"] == "seen again")
    assert waiting("status-updates") >= 1


def test_redis_may_be_replaced_while_there_is_work(client, workers) -> None:
    earlier = client.post("/api/agents", json=NEW).json()["id"]
    until("it is built", lambda: agents.read(earlier)["updates"])
    before = [client.post("/api/agents", json=NEW).json()["id"] for _ in range(8)]
    time.sleep(0.1)
    REDIS.kill()
    meanwhile = client.post("/api/agents", json=NEW).json()["id"]
    time.sleep(2)
    REDIS.start()
    assert client.get(f"/api/agents/{earlier}").headers["X-Cache"] == "hit"
    for agent_id in [*before, meanwhile]:
        until(f"agent {agent_id} is built", lambda agent_id=agent_id: agents.read(agent_id)["updates"], 120)
    until("their messages are deleted", lambda: waiting("agent-builds") == 0)


def test_a_task_that_is_lost_on_its_way_is_asked_for_again(client, monkeypatch) -> None:
    monkeypatch.setattr(inbox, "LOST_SECONDS", 1)
    agent_id = client.post("/api/agents", json=NEW).json()["id"]
    receiving = inbox.Inbox(app, QUEUES["agent-builds"], 2)
    receiving.start()
    until("it is handed out", lambda: REDIS.client.llen("agent_builds"))
    REDIS.client.delete("agent_builds")
    # without messages of its own, which would come again as well
    with worker("agent_builds", "agent-builds", QUEUE_URL=""):
        until("it is built", lambda: agents.read(agent_id)["status"] == "built")
        until("its message is deleted", lambda: waiting("agent-builds") == 0)
    receiving.leave()
    receiving.join(30)


def test_a_worker_that_leaves_gives_its_messages_to_another_at_once(client) -> None:
    client.post("/api/agents", json=NEW)
    leaving = inbox.Inbox(app, QUEUES["agent-builds"], 2)
    leaving.start()
    until("it is handed out", lambda: REDIS.client.llen("agent_builds"))
    leaving.leave()
    leaving.join(5)
    assert not leaving.is_alive()
    assert len(SQS.receive_message(QueueUrl=QUEUES["agent-builds"], WaitTimeSeconds=1).get("Messages", [])) == 1


def test_a_job_that_comes_twice_is_done_once(client) -> None:
    agent_id = client.post("/api/agents", json=NEW).json()["id"]
    assert build_agent.run(agent=agent_id) == "built"
    assert build_agent.run(agent=agent_id) == "built before"
    assert build_agent.run(agent="nobody") == "unknown"


def test_a_worker_that_is_asked_to_end_leaves_no_message_of_what_it_has_done(client) -> None:
    with worker("agent_builds", "agent-builds") as process:
        ids = [client.post("/api/agents", json=NEW).json()["id"] for _ in range(4)]
        until("it has begun", lambda: agents.read(ids[0])["status"] == "built")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    built = [agent_id for agent_id in ids if agents.read(agent_id)["status"] == "built"]
    assert waiting("agent-builds") == len(ids) - len(built)


def test_a_worker_that_has_not_started_is_not_healthy() -> None:
    (HOME / "nobody").mkdir(exist_ok=True)
    assert healthcheck("nobody") == 1


def test_a_worker_whose_loop_stands_still_is_not_healthy() -> None:
    sign = HOME / "still" / "worker-alive"
    sign.parent.mkdir()
    sign.touch()
    assert healthcheck("still") == 0
    os.utime(sign, (time.time() - 60, time.time() - 60))
    assert healthcheck("still") == 1


@pytest.mark.parametrize("missing", ["REDIS_URL", "TABLE_NAME"])
def test_what_is_missing_in_the_environment_ends_the_start_with_one_sentence(missing: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != missing}
    run = subprocess.run([sys.executable, "-c", "import app.settings"], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (1, f"{missing} must be set\n")
