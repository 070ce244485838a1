"""Secrets: the ARN as their reference, resource policies, rotation schedules (recorded; nothing rotates by itself)."""

import json

import ministack.services.secretsmanager as secretsmanager
from ministack.core.responses import get_account_id, get_region
from registry import Properties, api, forgiving, handlers_of, picked, register


def _create_policy(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    api("secretsmanager").put_resource_policy(SecretId=properties["SecretId"], ResourcePolicy=json.dumps(properties["ResourcePolicy"]))
    return f"{properties['SecretId']}:policy", {}


def _delete_policy(_physical_id: str, properties: Properties) -> None:
    api("secretsmanager").delete_resource_policy(SecretId=properties["SecretId"])


def _create_rotation(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    hosted = f"arn:aws:lambda:{get_region()}:{get_account_id()}:function:hosted-rotation"
    rules = properties.get("RotationRules", {})
    if "AutomaticallyAfterDays" in rules:
        rules = {**rules, "AutomaticallyAfterDays": int(rules["AutomaticallyAfterDays"])}
    api("secretsmanager").rotate_secret(
        SecretId=properties["SecretId"],
        RotationLambdaARN=properties.get("RotationLambdaARN") or hosted,
        RotationRules=picked(rules, "AutomaticallyAfterDays", "Duration", "ScheduleExpression"),
        RotateImmediately=False,
    )
    return properties["SecretId"], {}


def _name_of(arn: str) -> str:
    return next((name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == arn), arn)


def _reference_by_arn() -> None:
    """`Ref` of a secret is its ARN on AWS; with a name, ECS would look for a parameter."""
    handlers = handlers_of("AWS::SecretsManager::Secret")
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_by_arn(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        _, attributes = create(logical_id, properties, stack)
        return attributes["Arn"], attributes

    def update_by_arn(arn: str, old: Properties, new: Properties, *further: str) -> tuple[str, Properties]:
        _, attributes = update(_name_of(arn), old, new, *further)
        return attributes["Arn"], attributes

    handlers.update(create=create_by_arn, update=update_by_arn, delete=lambda arn, properties: delete(_name_of(arn), properties))


def install() -> None:
    _reference_by_arn()
    register("AWS::SecretsManager::ResourcePolicy", _create_policy, forgiving(_delete_policy))
    # the emulator cannot cancel a rotation; as it is a mark on the secret, nothing happens by it
    register("AWS::SecretsManager::RotationSchedule", _create_rotation)
