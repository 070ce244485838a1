"""What a worker has besides its tasks: an inbox of messages, and a sign of life for its health check."""

import tempfile
from pathlib import Path
from typing import Any

from app.inbox import Inbox
from app.settings import SETTINGS
from celery import Celery, bootsteps, signals

SIGN_OF_LIFE = Path(tempfile.gettempdir(), "worker-alive")
SIGN_SECONDS = 2.0
# the tasks have ended by then, so their messages are deleted at once
LAST_SECONDS = 10

_inboxes: list[Inbox] = []


class SignOfLife(bootsteps.StartStopStep):
    """Touches a file as long as the worker's loop turns. It does not ask Redis: a new worker would not mend that."""

    requires = {"celery.worker.components:Timer"}

    def start(self, parent: Any) -> None:
        self._timer = parent.timer.call_repeatedly(SIGN_SECONDS, SIGN_OF_LIFE.touch)

    def stop(self, parent: Any) -> None:
        self._timer.cancel()


@signals.worker_ready.connect
def open_inbox(sender: Any, **_: Any) -> None:
    # told again whenever the connection to Redis is
    if SETTINGS.queue_url and not _inboxes:
        _inboxes.append(Inbox(sender.app, SETTINGS.queue_url, sender.controller.concurrency))
        _inboxes[0].start()


@signals.worker_shutting_down.connect
def end_receiving(**_: Any) -> None:
    for inbox in _inboxes:
        inbox.end()


@signals.worker_shutdown.connect
def delete_last(**_: Any) -> None:
    for inbox in _inboxes:
        inbox.end()
        inbox.join(LAST_SECONDS)
        # what is not done by now is done by nobody here, and the process must not wait for it: ECS starts another when it has ended
        inbox.leave()


def extend(celery: Celery) -> None:
    celery.steps["worker"].add(SignOfLife)
