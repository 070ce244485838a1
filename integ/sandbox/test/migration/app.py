"""What tests ask of a function whose database is migrated: how many steps its code knows, and what migrations have left in the database."""

import os
import ssl
import urllib.parse

import boto3
import pg8000.native

_STEPS = ["CREATE TABLE notes (content text)", "ALTER TABLE notes ADD COLUMN author text", "ALTER TABLE notes ADD COLUMN place text"]


def _connect() -> pg8000.native.Connection:
    url = urllib.parse.urlparse(boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["DATABASE_SECRET_ARN"])["SecretString"])
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return pg8000.native.Connection(
        url.username, host=url.hostname, port=url.port, password=url.password, database=url.path[1:], ssl_context=tls, timeout=5
    )


def migrate(_event: dict, _context: object) -> None:
    connection, version = _connect(), os.environ["VERSION"]
    connection.run("CREATE TABLE IF NOT EXISTS runs (number serial, version text, steps int)")
    done = connection.run("SELECT coalesce(max(steps), 0) FROM runs")[0][0]
    known = int(os.environ["STEPS"])
    connection.run("INSERT INTO runs (version, steps) VALUES (:version, :steps)", version=version, steps=done)
    if version == "broken":
        raise ValueError("as it was asked to")
    for step in _STEPS[done:known]:
        connection.run(step)
    connection.run("UPDATE runs SET steps = :steps WHERE number = (SELECT max(number) FROM runs)", steps=max(done, known))


def handler(_event: dict, _context: object) -> dict:
    connection = _connect()
    return {
        "version": os.environ["VERSION"],
        "columns": [name for (name,) in connection.run("SELECT column_name FROM information_schema.columns WHERE table_name = 'notes' ORDER BY ordinal_position")],
        "runs": [version for (version,) in connection.run("SELECT version FROM runs ORDER BY number")],
    }
