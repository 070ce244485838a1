"""What the workers do: `celery -A app worker`. Redis carries the tasks; as one may come twice, each leaves what is done already."""

import time

from app import agents, plans, queues, worker
from app.settings import SETTINGS
from celery import Celery

app = Celery("app", broker=SETTINGS.redis_url, backend=SETTINGS.redis_url)
app.conf.update(
    task_routes={"build_agent": {"queue": "agent_builds"}, "update_status": {"queue": "status_updates"}},
    # Redis is one task that may be replaced at any time: tasks and their results wait for it, and go on
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_publish_retry_policy={"max_retries": 100, "interval_start": 0.2, "interval_step": 0.2, "interval_max": 2},
    result_backend_always_retry=True,
    result_backend_max_retries=100,
    result_backend_max_sleep_between_retries_ms=2000,
    # a task that a worker could not finish goes to another
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # so that one that was lost on its way can be told from one that takes long
    task_track_started=True,
    worker_prefetch_multiplier=1,
    # they wait for a model most of the time; a task of Fargate sees more processors than it may use
    worker_concurrency=2,
    # shorter than the visibility timeouts, or a task would come back while it runs
    task_time_limit=240,
    broker_transport_options={"visibility_timeout": 300},
    result_expires=24 * 3600,
)
worker.extend(app)


@app.task(name="build_agent")
def build_agent(agent: str) -> str:
    """Build an agent: its plan on the shared files, the result in its record and in the cache."""
    record = agents.read(agent)
    if record is None:
        return "unknown"
    if record["status"] == "built":
        return "built before"
    started = time.monotonic()
    agents.write_plan(agent, plans.plan_for(record["name"], record["goal"]))
    agents.set_status(agent, "built")
    queues.send(SETTINGS.status_updates_url, "update_status", agent=agent, update=f"built-{agent}", text=f"built in {time.monotonic() - started:.1f} s")
    return "built"


@app.task(name="update_status")
def update_status(agent: str, update: str, text: str) -> str:
    """Add a line to an agent's history."""
    return "updated" if agents.add_update(agent, update, text) else "unknown, or updated before"
