"""Deployments that shift the traffic of an alias in steps, as its group says, until an alarm of the group stops them. Hooks are not called."""

import json
import os
import random
import re
import time
from typing import Any

import ministack.services.cloudformation as cloudformation
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.iam as iam
import ministack.services.lambda_svc as lambda_svc
from ministack.core.responses import get_account_id, get_region
from registry import Properties, api, handlers_of, register

# functions inherit the variables of the emulator: this is not theirs
_MINUTE_SECONDS = float(os.environ.pop("SANDBOX_MINUTE_SECONDS"))
_LOOK_SECONDS = 0.05
_PREDEFINED = re.compile(r"CodeDeployDefault\.Lambda(?:AllAtOnce|(Canary|Linear)10Percent(?:Every)?(\d+)Minutes?)$")
# by stack and logical id: a policy names its group by a reference
_groups: dict[tuple[str, str], Properties] = {}
_configs: dict[str, Properties] = {}


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:codedeploy:{get_region()}:{get_account_id()}:{kind}:{name}"


def _create_application(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties.get("ApplicationName") or provisioners._physical_name(stack, logical_id, max_len=100)
    return name, {"Arn": _arn("application", name)}


def _create_config(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties.get("DeploymentConfigName") or provisioners._physical_name(stack, logical_id, max_len=100)
    _configs[name] = properties["TrafficRoutingConfig"]
    return name, {"Arn": _arn("deploymentconfig", name)}


def _create_group(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    role = properties["ServiceRoleArn"].rsplit("/", 1)[-1]
    if role not in iam._roles:
        raise ValueError(f"InvalidRoleException: the service role {properties['ServiceRoleArn']} does not exist")
    _steps(properties["DeploymentConfigName"])
    _groups[stack, logical_id] = properties
    name = properties.get("DeploymentGroupName") or provisioners._physical_name(stack, logical_id, max_len=100)
    return name, {"Arn": _arn("deploymentgroup", f"{properties['ApplicationName']}/{name}")}


def _steps(config: str) -> list[tuple[int, int]]:
    """What percentage the new version gets, and for how many minutes, before it gets everything."""
    if config in _configs:
        routing = _configs[config]
        kind = routing["Type"].removeprefix("TimeBased")
        step = routing.get(f"TimeBased{kind}", {})
        percent, minutes = int(step.get(f"{kind}Percentage", 100)), int(step.get(f"{kind}Interval", 0))
    else:
        predefined = _PREDEFINED.match(config)
        if predefined is None:
            raise ValueError(f"DeploymentConfigDoesNotExistException: there is no deployment configuration {config} for functions")
        kind, percent, minutes = predefined[1], 10, int(predefined[2] or 0)
    if kind == "Canary":
        return [(percent, minutes)]
    return [(reached, minutes) for reached in range(percent, 100, percent)] if kind == "Linear" else []


def _group_of(stack: str, alias: str) -> Properties | None:
    template = json.loads(cloudformation._stacks[stack]["_template_body"])
    policy = template["Resources"][alias].get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
    return _groups.get((stack, policy["DeploymentGroupName"]["Ref"])) if policy else None


def _red(group: Properties) -> list[str]:
    alarms = group.get("AlarmConfiguration") or {}
    names = [alarm["Name"] for alarm in alarms.get("Alarms", [])] if alarms.get("Enabled") else []
    return [alarm["AlarmName"] for alarm in api("cloudwatch").describe_alarms(AlarmNames=names, StateValue="ALARM")["MetricAlarms"]] if names else []


class _ShiftedAlias(dict):
    """An alias whose version is now the one, now the other."""

    def shift(self, version: str, percent: int) -> None:
        self["RoutingConfig"] = {"AdditionalVersionWeights": {version: percent / 100}}

    def get(self, key: str, default: Any = None) -> Any:
        if key == "FunctionVersion":
            ((version, weight),) = self["RoutingConfig"]["AdditionalVersionWeights"].items()
            if random.random() < weight:
                return version
        return super().get(key, default)


def _shift(aliases: Properties, name: str, version: str, group: Properties) -> None:
    alias = aliases[name]
    shifted = _ShiftedAlias(alias)
    try:
        for percent, minutes in _steps(group["DeploymentConfigName"]):
            shifted.shift(version, percent)
            aliases[name] = shifted
            end = time.monotonic() + minutes * _MINUTE_SECONDS
            while time.monotonic() < end:
                if red := _red(group):
                    raise ValueError(f"the deployment was stopped at {percent} % of the traffic, as these alarms were activated: {', '.join(red)}")
                time.sleep(_LOOK_SECONDS)
    finally:
        aliases[name] = alias


def _update_aliases_in_steps() -> None:
    handlers = handlers_of("AWS::Lambda::Alias")
    update = handlers["update"]

    def update_in_steps(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Properties]:
        name, qualifier = lambda_svc._resolve_name_and_qualifier(physical_id)
        aliases = lambda_svc._functions[name]["aliases"]
        group = _group_of(stack, logical_id)
        # the version of before is the alias's already where a shift to another was stopped
        if group and new["FunctionVersion"] != aliases[qualifier]["FunctionVersion"]:
            _shift(aliases, qualifier, new["FunctionVersion"], group)
        return update(physical_id, old, new, stack, logical_id)

    handlers.update(update=update_in_steps, update_with_logical_id=True)


def install() -> None:
    register("AWS::CodeDeploy::Application", _create_application)
    register("AWS::CodeDeploy::DeploymentConfig", _create_config)
    register("AWS::CodeDeploy::DeploymentGroup", _create_group)
    _update_aliases_in_steps()
