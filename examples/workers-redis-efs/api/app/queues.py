"""Messages in SQS: the API sends one for each job."""

import json

import boto3

_sqs = boto3.client("sqs")


def send(queue_url: str, task: str, **arguments: str) -> None:
    """Ask a worker that receives from the queue to do a task."""
    _sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps({"task": task, "arguments": arguments}))
