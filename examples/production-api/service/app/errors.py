"""Every error has the same body, and none shows what is inside of the service."""

import logging
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, DataError, InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from app.database import OutcomeUnknown
from app.observability import current_request_id

logger = logging.getLogger(__name__)


class ApiError(Exception):
    """An error that the client is told about."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def error_response(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    error = {"code": code, "message": message, "requestId": current_request_id(), "timestamp": timestamp}
    return JSONResponse({"error": error}, status, headers)


def unavailable(code: str, message: str) -> JSONResponse:
    return error_response(503, code, message, {"Retry-After": "5"})


def add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    def known(_: Request, error: ApiError) -> JSONResponse:
        return error_response(error.status, error.code, error.message)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # where and why, never the value: it may be what should not be repeated in logs of the client
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        return error_response(400, "VALIDATION_FAILED", "; ".join(faults))

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        code = "VALIDATION_FAILED" if status == HTTPStatus.BAD_REQUEST else status.name
        return error_response(error.status_code, code, status.phrase.lower(), dict(error.headers or {}))

    @app.exception_handler(OutcomeUnknown)
    def unknown(_: Request, error: OutcomeUnknown) -> JSONResponse:
        logger.error("database connection lost during commit", exc_info=error)
        return unavailable("OUTCOME_UNKNOWN", "the connection to the database broke during the write: read before you repeat it")

    @app.exception_handler(TimeoutError)
    def exhausted(_: Request, error: TimeoutError) -> JSONResponse:
        logger.error("database pool exhausted", exc_info=error)
        return unavailable("OVERLOADED", "too many requests wait for the database: nothing was written, try again")

    @app.exception_handler(DBAPIError)
    def database(_: Request, error: DBAPIError) -> JSONResponse:
        if isinstance(error, DataError):
            logger.warning("value refused by the database", exc_info=error)
            return error_response(400, "VALIDATION_FAILED", "a value is not one that can be stored")
        if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError)):
            logger.error("database connection error", exc_info=error)
            return unavailable("DATABASE_UNAVAILABLE", "the database cannot be reached: nothing was written, try again")
        return unexpected(error)


def unexpected(error: Exception) -> JSONResponse:
    """The stack trace goes to the log, its request id to the client."""
    logger.error("unexpected error", exc_info=error)
    return error_response(500, "INTERNAL_ERROR", "an unexpected error, reported under this request id")
