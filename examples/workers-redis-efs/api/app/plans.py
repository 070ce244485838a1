"""What an agent is built of: a plan, by a model of Bedrock where one is named, else an outline."""

import boto3
from app.settings import SETTINGS


def plan_for(name: str, goal: str) -> str:
    if SETTINGS.model_id is None:
        return f"# {name}\n\n{goal}\n\n1. Understand the goal.\n2. Split it into steps.\n3. Do them, and check each.\n"
    answer = boto3.client("bedrock-runtime").converse(
        modelId=SETTINGS.model_id,
        messages=[{"role": "user", "content": [{"text": f"Write a plan in three steps for an agent whose goal is: {goal}"}]}],
    )
    text = "".join(block.get("text", "") for block in answer["output"]["message"]["content"])
    return f"# {name}\n\n{goal}\n\n{text}\n"
