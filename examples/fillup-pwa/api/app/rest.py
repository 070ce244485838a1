"""REST requests of API Gateway: FastAPI, and what every answer has."""

import time
from typing import Any

from fastapi import FastAPI
from mangum import Mangum
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import add_error_handlers, request_id, unexpected
from app.observability import logger, response_time, settings
from app.routes import router

HEALTH = "/api/health"


class Envelope:
    """Gives every answer its headers, answers what nothing else handled, and writes one line when it is out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0
        token = request_id.set(scope["aws.event"]["requestContext"]["requestId"])

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(MutableHeaders(scope=message), Headers(scope=scope).get("origin"))
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            if status != 0:
                raise
            await unexpected(error)(scope, receive, send_with_headers)
        finally:
            self._report(scope, status, time.perf_counter() - started)
            request_id.reset(token)

    @staticmethod
    def _add_headers(headers: MutableHeaders, origin: str | None) -> None:
        headers["X-Request-Id"] = request_id.get()
        headers["Cache-Control"] = "no-store"
        # pages of the site need none of this; API Gateway answers the preflight of others
        if origin in settings.cors_origins:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Allow-Credentials"] = "true"
            headers.add_vary_header("Origin")

    @staticmethod
    def _report(scope: Scope, status: int, seconds: float) -> None:
        method, path = scope["method"], scope["path"]
        if path == HEALTH and status == 200:
            return
        response_time(seconds)
        logger.info(f"{method} {path} {status}", method=method, path=path, status=status, duration_ms=round(seconds * 1000, 1))


app = FastAPI(openapi_url=None, redirect_slashes=False)
app.include_router(router)
app.add_middleware(Envelope)
add_error_handlers(app)
_adapter = Mangum(app, lifespan="off")


def answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return _adapter(event, context)
