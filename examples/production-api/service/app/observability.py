"""Request ids, and a log of JSON lines on standard output."""

import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

access = logging.getLogger("app.access")

# What a caller may choose: nothing that could forge a line of a log or a header.
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._:=@/+-]{1,128}")
TRACE_ROOT = re.compile(r"(?:^|;)Root=([^;]+)")
# Asked every few seconds by load balancer and container runtime: their answers are only of interest when they are bad.
HEALTH_PATHS = ("/healthz", "/livez")

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def current_request_id() -> str:
    return _request_id.get()


class JsonFormatter(logging.Formatter):
    """One JSON object a line, so that a stack trace stays one event in CloudWatch Logs."""

    def __init__(self, environment: str) -> None:
        super().__init__()
        self.environment = environment

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "environment": self.environment,
            "requestId": current_request_id(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def configure_logging(level: str, environment: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(environment))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"


def request_id_of(headers: Headers) -> str:
    """The caller's `X-Request-Id`, else the root of the load balancer's trace id, else a new one."""
    trace = TRACE_ROOT.search(headers.get("x-amzn-trace-id", ""))
    for candidate in (headers.get("x-request-id", ""), trace.group(1) if trace else ""):
        if ACCEPTABLE_ID.fullmatch(candidate):
            return candidate
    return uuid.uuid4().hex


class RequestLog:
    """Gives every request its id, answers what nothing else handled, and writes one line when the answer is out."""

    def __init__(self, app: ASGIApp, on_error: Callable[[Exception], Response]) -> None:
        self.app = app
        self.on_error = on_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        token = _request_id.set(request_id_of(Headers(scope=scope)))

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = current_request_id()
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            answer = self.on_error(error)
            if status != 0:
                raise
            await answer(scope, receive, send_with_id)
        finally:
            quiet = scope["path"] in HEALTH_PATHS and status == 200
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "durationMs": round((time.perf_counter() - started) * 1000, 1),
            }
            access.log(logging.DEBUG if quiet else logging.INFO, "%s %s %d", scope["method"], scope["path"], status, extra={"fields": fields})
            _request_id.reset(token)
