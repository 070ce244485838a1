"""The application: routes, health, errors and log put together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from app import __version__, bookings
from app.database import check_database, close
from app.errors import add_error_handlers, unavailable, unexpected
from app.observability import RequestLog, configure_logging
from app.schemas import ErrorBody
from app.settings import read_settings

logger = logging.getLogger(__name__)
settings = read_settings()
configure_logging(settings.log_level, settings.environment)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    # a thread of its own: requests that wait for the database must not keep the health check waiting too
    app.state.health_limiter = CapacityLimiter(1)
    logger.info("started, version %s", __version__)
    yield
    close()
    logger.info("stopped")


app = FastAPI(
    title="Room bookings",
    version=__version__,
    lifespan=lifespan,
    # the interactive pages are for developers
    openapi_url=None if settings.environment == "prod" else "/openapi.json",
    responses={400: {"model": ErrorBody}, 404: {"model": ErrorBody}, 409: {"model": ErrorBody}, 503: {"model": ErrorBody}},
)
app.include_router(bookings.router)
add_error_handlers(app)
app.add_middleware(RequestLog, on_error=unexpected)


@app.get("/healthz", tags=["health"])
async def healthz() -> Response:
    """For the load balancer: 200 if this task can serve requests, which needs the database, else 503."""
    try:
        await to_thread.run_sync(check_database, limiter=app.state.health_limiter)
    except SQLAlchemyError as error:
        logger.error("health check: database connection error: %s", type(error).__name__)
        return unavailable("DATABASE_UNAVAILABLE", "the database does not answer")
    return JSONResponse({"status": "ok", "version": __version__})


@app.get("/livez", tags=["health"])
async def livez() -> dict[str, str]:
    """For the container runtime: 200 while the process answers. A new container would not bring an absent database back."""
    return {"status": "ok", "version": __version__}


def _openapi() -> dict[str, Any]:
    """FastAPI documents 422 for invalid input; this service answers 400."""
    schema = FastAPI.openapi(app)
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    return schema


app.openapi = _openapi
