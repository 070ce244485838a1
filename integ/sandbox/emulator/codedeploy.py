"""Deployments that shift the traffic of an alias: the application and its group are recorded, the alias moves at once."""

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.iam as iam
from ministack.core.responses import get_account_id, get_region
from registry import Properties, register


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:codedeploy:{get_region()}:{get_account_id()}:{kind}:{name}"


def _create_named(property_name: str, kind: str):
    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        name = properties.get(property_name) or provisioners._physical_name(stack, logical_id, max_len=100)
        return name, {"Arn": _arn(kind, name)}

    return create


def _create_group(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    role = properties["ServiceRoleArn"].rsplit("/", 1)[-1]
    if role not in iam._roles:
        raise ValueError(f"InvalidRoleException: the service role {properties['ServiceRoleArn']} does not exist")
    name = properties.get("DeploymentGroupName") or provisioners._physical_name(stack, logical_id, max_len=100)
    return name, {"Arn": _arn("deploymentgroup", f"{properties['ApplicationName']}/{name}")}


def install() -> None:
    register("AWS::CodeDeploy::Application", _create_named("ApplicationName", "application"))
    register("AWS::CodeDeploy::DeploymentConfig", _create_named("DeploymentConfigName", "deploymentconfig"))
    register("AWS::CodeDeploy::DeploymentGroup", _create_group)
