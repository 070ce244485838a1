"""What an agent is built of: a plan, written by a model of Bedrock."""

import boto3
from app.settings import SETTINGS

_bedrock = boto3.client("bedrock-runtime")


def plan_for(name: str, goal: str) -> str:
    request = f"Write a plan in three steps for an agent whose goal is: {goal}"
    answer = _bedrock.converse(modelId=SETTINGS.model_id, messages=[{"role": "user", "content": [{"text": request}]}])
    text = "".join(block.get("text", "") for block in answer["output"]["message"]["content"])
    return f"# {name}\n\n{goal}\n\n{text}\n"
