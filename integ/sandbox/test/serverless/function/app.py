"""Notes in PostgreSQL by REST, an echo by WebSocket, and what else tests ask a function to try."""

import json
import os
import ssl

import boto3
import pg8000.native
from fastapi import FastAPI, HTTPException
from mangum import Mangum

app = FastAPI()
_rest = Mangum(app, lifespan="off")


def _connect() -> pg8000.native.Connection:
    secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])["SecretString"])
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return pg8000.native.Connection(
        secret["username"], host=secret["host"], port=int(secret["port"]), password=secret["password"], database=secret["dbname"], ssl_context=tls, timeout=5
    )


@app.get("/api/notes")
def read() -> list[str]:
    connection = _connect()
    connection.run("CREATE TABLE IF NOT EXISTS notes (content text)")
    return [content for (content,) in connection.run("SELECT content FROM notes")]


@app.post("/api/notes", status_code=201)
def write(note: dict[str, str]) -> dict[str, str]:
    connection = _connect()
    connection.run("CREATE TABLE IF NOT EXISTS notes (content text)")
    connection.run("INSERT INTO notes VALUES (:content)", content=note["content"])
    return note


@app.get("/api/missing")
def missing() -> None:
    raise HTTPException(404, "there is no such note")


def _message(event: dict) -> dict:
    context = event["requestContext"]
    if context["eventType"] == "CONNECT":
        return {"statusCode": 200 if (event.get("queryStringParameters") or {}).get("token") == "right" else 401}
    if context["eventType"] == "MESSAGE":
        url = f"https://{context['domainName']}/{context['stage']}"
        data = json.dumps({"posted": json.loads(event["body"])["text"]})
        boto3.client("apigatewaymanagementapi", endpoint_url=url).post_to_connection(ConnectionId=context["connectionId"], Data=data)
    return {"statusCode": 200, "body": json.dumps({"answered": event.get("body")})}


def _try(what: str) -> object:
    if what == "variables":
        return {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "SANDBOX_", "GREETING", "IMAGE_"))}
    if what == "queue":
        return boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="hello")["MessageId"]
    if what == "fail":
        raise ValueError("as it was asked to")
    return read()


def handler(event: dict, context: object) -> object:
    if "try" in event:
        return _try(event["try"])
    if "connectionId" in event.get("requestContext", {}):
        return _message(event)
    return _rest(event, context)
