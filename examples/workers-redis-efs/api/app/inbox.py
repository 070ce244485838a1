"""The worker's end of the messages: it makes a task of each, and deletes the message when the task is done.

So what is lost with Redis or with a worker comes back: SQS hands a message out again after its visibility timeout, and puts
it among the dead letters when it has come too often. What waits in SQS is also what the workers are scaled by.
"""

import json
import logging
import threading
import time
from typing import Any

import boto3
from app.protection import protected
from celery import Celery
from celery.result import AsyncResult
from redis import RedisError

log = logging.getLogger(__name__)

WAIT_SECONDS = 10
# below the queue's visibility timeout, after which the message is another's
PATIENCE_SECONDS = 280


class Inbox(threading.Thread):
    """Receives as many messages at a time as the worker has processes for."""

    def __init__(self, celery: Celery, queue_url: str, at_once: int) -> None:
        super().__init__(name="inbox", daemon=True)
        self._celery = celery
        self._queue_url = queue_url
        self._at_once = min(at_once, 10)
        self._sqs = boto3.client("sqs")
        self._ending = threading.Event()

    def end(self) -> None:
        """Receive no more; what is under way goes on."""
        self._ending.set()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self.receive()
            except Exception:
                # SQS or Redis does not answer; both come back
                log.exception("messages could not be handled")
                self._ending.wait(1)

    def receive(self) -> None:
        """Receive once, and see what has come through."""
        answer = self._sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=self._at_once, WaitTimeSeconds=WAIT_SECONDS)
        messages = answer.get("Messages", [])
        if not messages:
            return
        with protected():
            started = [(message["ReceiptHandle"], self._start(message)) for message in messages]
            for receipt, task in started:
                if task is not None and self._succeeds(task):
                    self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=receipt)

    def _start(self, message: dict[str, Any]) -> AsyncResult | None:
        try:
            content = json.loads(message["Body"])
            return self._celery.tasks[content["task"]].apply_async(kwargs=content["arguments"])
        except (ValueError, LookupError, TypeError):
            log.exception("message %s is none that a task can be made of", message["MessageId"])
            return None

    def _succeeds(self, task: AsyncResult) -> bool:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                if task.ready():
                    return task.successful()
            except RedisError:
                log.warning("Redis does not answer: task %s is waited for", task.id)
            time.sleep(0.1)
        return False
