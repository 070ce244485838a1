"""Events as API Gateway makes them."""

import json
import uuid
from typing import Any


def rest(method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, query: dict[str, str] | None = None) -> dict[str, Any]:
    """Of a REST API with proxy integration."""
    sent = {"Host": "abc123.execute-api.us-east-1.amazonaws.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7", **(headers or {})}
    content = body if body is None or isinstance(body, str) else json.dumps(body)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourceId": "r1",
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": f"/live{path}",
            "stage": "live",
            "accountId": "123456789012",
            "apiId": "abc123",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "extendedRequestId": "JJbxmPdeIAMFuQw=",
            "requestTime": "01/Jan/2030:12:00:00 +0000",
            "requestTimeEpoch": 1_893_499_200_000,
            "domainName": "abc123.execute-api.us-east-1.amazonaws.com",
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "Mozilla/5.0"},
        },
        "body": content,
        "isBase64Encoded": False,
    }


def websocket(kind: str, connection: str, body: Any = None) -> dict[str, Any]:
    """Of a WebSocket API: CONNECT, MESSAGE or DISCONNECT."""
    route = {"CONNECT": "$connect", "DISCONNECT": "$disconnect"}.get(kind)
    if route is None:
        route = "sendMessage" if isinstance(body, dict) and body.get("action") == "sendMessage" else "$default"
    event: dict[str, Any] = {
        "requestContext": {
            "routeKey": route,
            "eventType": kind,
            "extendedRequestId": "JJb1vHJ7oAMFVxg=",
            "requestTime": "01/Jan/2030:12:00:00 +0000",
            "messageDirection": "IN",
            "stage": "live",
            "connectedAt": 1_893_499_200_000,
            "requestTimeEpoch": 1_893_499_200_000,
            "identity": {"sourceIp": "203.0.113.7"},
            "requestId": uuid.uuid4().hex,
            "domainName": "def456.execute-api.us-east-1.amazonaws.com",
            "connectionId": connection,
            "apiId": "def456",
        },
        "isBase64Encoded": False,
    }
    if kind == "MESSAGE":
        event["requestContext"]["messageId"] = uuid.uuid4().hex
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    if kind == "DISCONNECT":
        event["requestContext"].update(disconnectStatusCode=1001, disconnectReason="Going away")
    return event
