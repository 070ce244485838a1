"""Application Auto Scaling, a service that the emulator lacks: targets, policies and schedules are kept and can be read.

A target's limits are told to the supervisor, which starts or stops tasks; policies and schedules never act by themselves.
"""

import json
import time
import uuid

import ministack.app as app
import ministack.core.router as router
import supervisor
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from registry import Properties, api, forgiving, picked, register

_targets, _policies, _schedules = AccountRegionScopedDict(), AccountRegionScopedDict(), AccountRegionScopedDict()
_KEY = ("ServiceNamespace", "ResourceId", "ScalableDimension")


def _key(data: Properties, *further: str) -> str:
    return "|".join(str(data.get(name, "")) for name in (*_KEY, *further))


def _matching(store: AccountRegionScopedDict, data: Properties) -> list[Properties]:
    def matches(item: Properties) -> bool:
        ids = data.get("ResourceIds")
        return all(item.get(name) == data[name] for name in _KEY if data.get(name)) and (not ids or item["ResourceId"] in ids)

    return [item for item in store.values() if matches(item)]


def _register_target(data: Properties) -> Properties:
    service_role = "aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
    role = f"arn:aws:iam::{get_account_id()}:role/{service_role}"
    _targets[_key(data)] = {"RoleARN": role, "CreationTime": time.time(), **_targets.get(_key(data), {}), **data}
    return {"ScalableTargetARN": f"arn:aws:application-autoscaling:{get_region()}:{get_account_id()}:scalable-target/{uuid.uuid4().hex[:16]}"}


def _put_policy(data: Properties) -> Properties:
    prefix = f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scalingPolicy:{uuid.uuid4()}"
    arn = f"{prefix}:resource/{data['ResourceId']}:policyName/{data['PolicyName']}"
    _policies[_key(data, "PolicyName")] = {**data, "PolicyARN": arn, "CreationTime": time.time()}
    return {"PolicyARN": arn, "Alarms": []}


def _put_schedule(data: Properties) -> Properties:
    arn = f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scheduledAction:{uuid.uuid4()}"
    _schedules[_key(data, "ScheduledActionName")] = {**data, "ScheduledActionARN": arn, "CreationTime": time.time()}
    return {}


def _remover(store: AccountRegionScopedDict, *further: str):
    def remove(data: Properties) -> Properties:
        store.pop(_key(data, *further), None)
        return {}

    return remove


_ACTIONS = {
    "RegisterScalableTarget": _register_target,
    "DescribeScalableTargets": lambda data: {"ScalableTargets": _matching(_targets, data)},
    "DeregisterScalableTarget": _remover(_targets),
    "PutScalingPolicy": _put_policy,
    "DescribeScalingPolicies": lambda data: {"ScalingPolicies": _matching(_policies, data)},
    "DeleteScalingPolicy": _remover(_policies, "PolicyName"),
    "PutScheduledAction": _put_schedule,
    "DescribeScheduledActions": lambda data: {"ScheduledActions": _matching(_schedules, data)},
    "DeleteScheduledAction": _remover(_schedules, "ScheduledActionName"),
}


async def _handle(_method, _path, headers, body, _query):
    action = headers.get("x-amz-target", "").split(".")[-1]
    kind = {"Content-Type": "application/x-amz-json-1.1"}
    if action not in _ACTIONS:
        return 400, kind, json.dumps({"__type": "ValidationException", "message": f"{action} is not part of the sandbox"}).encode()
    return 200, kind, json.dumps(_ACTIONS[action](json.loads(body or b"{}"))).encode()


def _create_target(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    key = {name: properties[name] for name in _KEY}
    limits = {"MinCapacity": int(properties["MinCapacity"]), "MaxCapacity": int(properties["MaxCapacity"])}
    client = api("application-autoscaling")
    client.register_scalable_target(**key, **limits)
    for action in properties.get("ScheduledActions", []):
        wanted = {name: int(value) for name, value in action.get("ScalableTargetAction", {}).items()}
        further = {"Timezone": action["Timezone"]} if action.get("Timezone") else {}
        client.put_scheduled_action(
            **key, ScheduledActionName=action["ScheduledActionName"], Schedule=action["Schedule"], ScalableTargetAction=wanted, **further
        )
    if properties["ServiceNamespace"] == "ecs":
        supervisor.call("capacity", {"resource": properties["ResourceId"], "min": limits["MinCapacity"], "max": limits["MaxCapacity"]})
    physical_id = "|".join((properties["ResourceId"], properties["ScalableDimension"], properties["ServiceNamespace"]))
    return physical_id, {"Id": physical_id}


def _update_target(_physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Properties]:
    for action in old.get("ScheduledActions", []):
        api("application-autoscaling").delete_scheduled_action(
            **{name: old[name] for name in _KEY}, ScheduledActionName=action["ScheduledActionName"]
        )
    return _create_target(logical_id, new, stack)


def _delete_target(_physical_id: str, properties: Properties) -> None:
    api("application-autoscaling").deregister_scalable_target(**{name: properties[name] for name in _KEY})


def _policy_key(properties: Properties) -> Properties:
    if properties.get("ScalingTargetId"):
        resource, dimension, namespace = properties["ScalingTargetId"].split("|")
        return {"ResourceId": resource, "ScalableDimension": dimension, "ServiceNamespace": namespace}
    return {name: properties[name] for name in _KEY}


def _steps(configuration: Properties) -> Properties:
    """Numbers of a template may be text; the API takes numbers."""
    bounds = ("MetricIntervalLowerBound", "MetricIntervalUpperBound")
    adjustments = [
        {"ScalingAdjustment": int(step["ScalingAdjustment"]), **{name: float(step[name]) for name in bounds if step.get(name) is not None}}
        for step in configuration.get("StepAdjustments", [])
    ]
    numbers = {name: int(configuration[name]) for name in ("Cooldown", "MinAdjustmentMagnitude") if configuration.get(name) is not None}
    return {**picked(configuration, "AdjustmentType", "MetricAggregationType"), **numbers, "StepAdjustments": adjustments}


def _create_policy(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    tracking = dict(properties.get("TargetTrackingScalingPolicyConfiguration") or {})
    if tracking:
        tracking["TargetValue"] = float(tracking["TargetValue"])
        tracking |= {name: int(tracking[name]) for name in ("ScaleInCooldown", "ScaleOutCooldown") if name in tracking}
    further = {"TargetTrackingScalingPolicyConfiguration": tracking} if tracking else {}
    if properties.get("StepScalingPolicyConfiguration"):
        further["StepScalingPolicyConfiguration"] = _steps(properties["StepScalingPolicyConfiguration"])
    policy = api("application-autoscaling").put_scaling_policy(
        PolicyName=properties["PolicyName"], PolicyType=properties["PolicyType"], **_policy_key(properties), **further
    )
    return policy["PolicyARN"], {"Arn": policy["PolicyARN"]}


def _delete_policy(_physical_id: str, properties: Properties) -> None:
    api("application-autoscaling").delete_scaling_policy(PolicyName=properties["PolicyName"], **_policy_key(properties))


def install() -> None:
    app.SERVICE_HANDLERS["application-autoscaling"] = _handle
    router.SERVICE_PATTERNS["application-autoscaling"] = {
        "target_prefixes": ["AnyScaleFrontendService"],
        "host_patterns": [r"application-autoscaling\."],
        "credential_scope": "application-autoscaling",
    }
    register("AWS::ApplicationAutoScaling::ScalableTarget", _create_target, forgiving(_delete_target), _update_target)
    register("AWS::ApplicationAutoScaling::ScalingPolicy", _create_policy, forgiving(_delete_policy))
