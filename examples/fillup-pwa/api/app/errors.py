"""Every error has the same body, and none shows what is inside of the function."""

from contextvars import ContextVar
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError, DataError, InterfaceError, OperationalError, TimeoutError
from starlette.exceptions import HTTPException

from app.database import OutcomeUnknown
from app.observability import logger
from app.schemas import faults_of
from app.secret import SecretUnreadable

NOTHING_WRITTEN = "the database cannot be reached: nothing was written, try again"
MAYBE_WRITTEN = "the connection to the database broke during the write, which may have been applied: repeat it with the same id"

# API Gateway's id of the request, under which its own log has it too
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class ApiError(Exception):
    """An error that the client is told about."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


def not_found(drink_id: object) -> ApiError:
    return ApiError(404, "NOT_FOUND", f"no drink has the id {drink_id}")


def unavailable_because(error: Exception) -> str | None:
    """What to tell a client if the database is the reason, whose write then is to be repeated; else nothing."""
    if isinstance(error, OutcomeUnknown):
        return MAYBE_WRITTEN
    if isinstance(error, (SecretUnreadable, TimeoutError, OperationalError, InterfaceError)):
        return NOTHING_WRITTEN
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return NOTHING_WRITTEN
    return None


def error_response(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    error = {"code": code, "message": message, "requestId": request_id.get(), "timestamp": timestamp}
    return JSONResponse({"error": error}, status, headers)


def unexpected(error: Exception) -> Response:
    """What no handler below knew. The stack trace goes to the log, its request id to the client."""
    if message := unavailable_because(error):
        logger.error("database unavailable", exc_info=error)
        return error_response(503, "DATABASE_UNAVAILABLE", message, {"Retry-After": "1"})
    logger.error("unexpected error", exc_info=error)
    return error_response(500, "INTERNAL_ERROR", "an unexpected error, reported under this request id")


def add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def known(_: Request, error: ApiError) -> Response:
        return error_response(error.status, error.code, error.message, error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return error_response(400, "VALIDATION_FAILED", faults_of(list(error.errors())))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        code = "VALIDATION_FAILED" if status == HTTPStatus.BAD_REQUEST else status.name
        return error_response(error.status_code, code, status.phrase.lower(), dict(error.headers or {}))

    @app.exception_handler(DataError)
    async def unstorable(_: Request, error: DataError) -> Response:
        logger.warning("value refused by the database", exc_info=error)
        return error_response(400, "VALIDATION_FAILED", "a value is not one that can be stored")
