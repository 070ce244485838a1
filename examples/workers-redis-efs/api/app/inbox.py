"""The worker's end of the messages: it makes a task of each, and deletes the message when the task is done.

So what is lost with Redis or with a worker comes back: SQS hands a message out again after its visibility timeout, and puts
it among the dead letters when it has come too often. What waits in SQS is also what the workers are scaled by.
"""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from app.protection import protected
from celery import Celery, Task
from redis import RedisError

log = logging.getLogger(__name__)

WAIT_SECONDS = 10
# below the queue's visibility timeout, after which the message is another's
PATIENCE_SECONDS = 280
# no more is received than the workers have processes for, so a task that has not begun by then was lost on its way: Redis hands a
# task out once, and may do so to a connection that has just broken
LOST_SECONDS = 15


class Inbox(threading.Thread):
    """Receives as many messages at a time as the worker has processes for."""

    def __init__(self, celery: Celery, queue_url: str, at_once: int) -> None:
        super().__init__(name="inbox", daemon=True)
        self._celery = celery
        self._queue_url = queue_url
        self._at_once = min(at_once, 10)
        self._sqs = boto3.client("sqs")
        self._ending = threading.Event()
        self._leaving = threading.Event()

    def end(self) -> None:
        """Receive no more; what is under way goes on."""
        self._ending.set()

    def leave(self) -> None:
        """Wait no more for what is under way: another worker may take it up."""
        self._ending.set()
        self._leaving.set()

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
        with protected(), ThreadPoolExecutor(self._at_once) as threads:
            list(threads.map(self._handle, messages))

    def _handle(self, message: dict[str, Any]) -> None:
        try:
            content = json.loads(message["Body"])
            task, arguments = self._celery.tasks[content["task"]], content["arguments"]
        except (ValueError, LookupError, TypeError):
            log.exception("message %s is none that a task can be made of", message["MessageId"])
            return
        if self._is_done(task, arguments):
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
        elif self._leaving.is_set():
            self._sqs.change_message_visibility(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)

    def _is_done(self, task: Task, arguments: dict[str, str]) -> bool:
        end = time.monotonic() + PATIENCE_SECONDS
        while (carrier := self._carrier(end)) is not None:
            result = task.apply_async(kwargs=arguments)
            begins = time.monotonic() + LOST_SECONDS
            # with another Redis, what the last had just handed out may be lost, and is asked for again
            while self._carrier(end) == carrier:
                if result.ready():
                    return result.successful()
                if result.state == "PENDING" and time.monotonic() > begins:
                    log.warning("task %s has not begun after %s s, and is asked for again", result.id, LOST_SECONDS)
                    break
                time.sleep(0.2)
        return False

    def _carrier(self, end: float) -> str | None:
        """The run of Redis that carries the tasks; waited for while there is none, but not longer than is to be waited at all."""
        while time.monotonic() < end and not self._leaving.is_set():
            try:
                return self._celery.backend.client.info("server")["run_id"]
            except RedisError:
                time.sleep(0.2)
        return None
