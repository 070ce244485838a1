"""The function: events of the REST API and of the WebSocket API."""

from typing import Any

from app import connections, messages, rest
from app.database import check_at_start
from app.observability import flush_metrics, logger

# what the first request would else wait for
check_at_start()
connections.client()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    request = event.get("requestContext")
    if not request:
        raise ValueError("the event is of no API Gateway: it has no requestContext")
    with logger.append_context_keys(requestId=request.get("requestId"), connectionId=request.get("connectionId")):
        try:
            return messages.answer(event) if "connectionId" in request else rest.answer(event, context)
        finally:
            flush_metrics()
