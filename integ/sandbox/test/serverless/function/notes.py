"""Notes in PostgreSQL, found by its secret."""

import json
import os
import ssl

import boto3
import pg8000.native


def _connect() -> pg8000.native.Connection:
    secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])["SecretString"])
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    connection = pg8000.native.Connection(
        secret["username"], host=secret["host"], port=int(secret["port"]), password=secret["password"], database=secret["dbname"], ssl_context=tls, timeout=5
    )
    connection.run("CREATE TABLE IF NOT EXISTS notes (content text)")
    return connection


def read() -> list[str]:
    return [content for (content,) in _connect().run("SELECT content FROM notes")]


def write(content: str) -> None:
    _connect().run("INSERT INTO notes VALUES (:content)", content=content)
