"""Notes by REST, an echo by WebSocket, and what else tests ask a function to try."""

import json
import os
import time

import boto3
import notes


def _message(event: dict) -> dict:
    context = event["requestContext"]
    if context["eventType"] == "CONNECT":
        return {"statusCode": 200 if (event.get("queryStringParameters") or {}).get("token") == "right" else 401}
    if context["eventType"] == "MESSAGE" and json.loads(event["body"])["action"] == "wait":
        return {"statusCode": 200, "body": json.dumps({"process": _wait()})}
    if context["eventType"] == "MESSAGE":
        url = f"https://{context['domainName']}/{context['stage']}"
        data = json.dumps({"posted": json.loads(event["body"])["text"]})
        boto3.client("apigatewaymanagementapi", endpoint_url=url).post_to_connection(ConnectionId=context["connectionId"], Data=data)
    return {"statusCode": 200, "body": json.dumps({"answered": event.get("body")})}


def _wait() -> int:
    time.sleep(0.5)
    return os.getpid()


def _try(what: str) -> object:
    if what == "variables":
        return {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "SANDBOX_", "GREETING", "IMAGE_", "DATABASE_"))}
    if what == "queue":
        return boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="hello")["MessageId"]
    if what == "parameter":
        return boto3.client("ssm").get_parameter(Name=os.environ["HOST_PARAMETER"])["Parameter"]["Value"]
    if what == "wait":
        return _wait()
    if what == "fail":
        raise ValueError("as it was asked to")
    return notes.read()


def handler(event: dict, context: object) -> object:
    if "try" in event:
        return _try(event["try"])
    if "connectionId" in event.get("requestContext", {}):
        return _message(event)
    if event.get("path") == "/api/wait":
        return {"statusCode": 200, "body": str(_wait())}
    # what tests ask alone starts without it
    import rest

    return rest.handler(event, context)
