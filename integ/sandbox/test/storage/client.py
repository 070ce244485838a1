"""A worker: tells what it found, in a file that all tasks share, and says that it is healthy by another."""

import os
import sys
import tempfile
import time
from pathlib import Path

import boto3
import redis


def main() -> None:
    files, scratch = Path(os.environ["FILES"]), Path(os.environ["SCRATCH"])
    # of its own, and empty although the other task has written to its
    if list(scratch.iterdir()):
        raise RuntimeError("the scratch volume is not empty")
    (scratch / "mine").write_text("yes")
    with (files / "starts").open("a") as starts:
        starts.write("started\n")
    redis.from_url(os.environ["REDIS_URL"]).incr("starts")
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody="hello")
    Path(tempfile.gettempdir(), "healthy").touch()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # noqa: BLE001
        sys.exit(f"{type(error).__name__}: {error}")
