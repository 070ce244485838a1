"""The service as a process: settings, container health check, shutdown."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest
from app.database import connect
from app.settings import read_settings
from tests.test_bookings import booking

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def service(**environment: str) -> Iterator[tuple[subprocess.Popen, str]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app"],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": str(port), **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/livez")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield process, url
    finally:
        process.kill()
        process.communicate()


def healthcheck(url: str) -> int:
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": url.rsplit(":", 1)[1]}
    return subprocess.run([sys.executable, "-m", "app.healthcheck"], cwd=ROOT, env=environment, check=False, capture_output=True).returncode


def test_sigterm_lets_requests_finish_refuses_new_ones_and_ends_the_process() -> None:
    with service() as (process, url):
        assert healthcheck(url) == 0
        address = url + httpx.post(f"{url}/bookings", json=booking()).headers["location"]
        answers: list[int] = []
        with connect() as other:
            # a request that cannot finish while another session holds its row
            other.execute("SELECT * FROM bookings FOR UPDATE")
            slow = threading.Thread(target=lambda: answers.append(httpx.put(address, json=booking(room="Green"), timeout=20).status_code))
            slow.start()
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{url}/livez")
            assert process.poll() is None
            assert answers == []
        slow.join()
        assert answers == [200]
        log, _ = process.communicate(timeout=10)
        # uvicorn ends as the signal would have ended it, which ECS takes for a clean stop
        assert process.returncode in (0, -signal.SIGTERM)
        lines = [json.loads(line) for line in log.splitlines()]
        assert "stopped" in [line["message"] for line in lines]
        assert healthcheck(url) == 1


def test_the_service_starts_without_its_database_and_says_so() -> None:
    with service(DATABASE_URL=f"postgresql://u:p@127.0.0.1:{free_port()}/app?sslmode=require") as (_, url):
        assert httpx.get(f"{url}/healthz").status_code == 503
        assert healthcheck(url) == 0


def test_production_does_not_serve_its_interactive_documentation() -> None:
    with service(ENVIRONMENT="prod") as (_, url):
        assert [httpx.get(url + path).status_code for path in ("/docs", "/openapi.json")] == [404, 404]


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("DATABASE_URL", "", "DATABASE_URL must be a URL such as postgresql://user:password@host:5432/name?sslmode=require"),
        ("DATABASE_URL", "mysql://u:hunter2@h/d", "DATABASE_URL must be a URL"),
        ("DATABASE_URL", "postgresql://u:hunter2%zz@h/d", "DATABASE_URL is not a valid PostgreSQL connection URL"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, got 'LOUD'"),
        ("PORT", "0", "PORT must be 1 to 65535, got '0'"),
    ],
)
def test_a_faulty_environment_is_refused_in_one_sentence(
    variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as refusal:
        read_settings()
    assert message in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_refused_environment_ends_the_start_without_a_stack_trace() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "app"], cwd=ROOT, env={**os.environ, "PORT": "0"}, check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (1, "PORT must be 1 to 65535, got '0'\n")
