"""Alarms on expressions and on other alarms, and rules that mute them; all are recorded, none is evaluated."""

import ministack.services.cloudformation.provisioners as provisioners
from ministack.core.responses import get_account_id, get_region
from registry import Properties, api, forgiving, picked, register


def _create_composite(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties.get("AlarmName") or provisioners._physical_name(stack, logical_id, max_len=255)
    further = picked(properties, "AlarmActions", "OKActions", "AlarmDescription")
    api("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule=properties["AlarmRule"], **further)
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def _delete_composite(physical_id: str, _properties: Properties) -> None:
    api("cloudwatch").delete_alarms(AlarmNames=[physical_id])


_MOST_MUTED_ALARMS = 100


def _create_mute_rule(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties.get("Name") or provisioners._physical_name(stack, logical_id, max_len=255)
    muted = properties.get("MuteTargets", {}).get("AlarmNames", [])
    if len(muted) > _MOST_MUTED_ALARMS:
        raise ValueError(f"a mute rule takes {_MOST_MUTED_ALARMS} alarms, {name} has {len(muted)}")
    known = {alarm["AlarmName"] for alarms in api("cloudwatch").get_paginator("describe_alarms").paginate() for alarm in alarms["MetricAlarms"]}
    missing = [alarm for alarm in muted if alarm not in known]
    if missing:
        raise ValueError(f"{name} mutes alarms that there are not: {', '.join(missing)}")
    arn = f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm-mute-rule:{name}"
    return arn, {"Arn": arn}


def install() -> None:
    register("AWS::CloudWatch::AlarmMuteRule", _create_mute_rule)
    register("AWS::CloudWatch::CompositeAlarm", _create_composite, forgiving(_delete_composite))

    # the emulator refuses alarms on metric math; their expressions are kept beside a placeholder metric
    record_of = provisioners._cw_metric_alarm_record

    def record(name: str, properties: Properties) -> Properties:
        metrics = properties.get("Metrics")
        if not metrics:
            return record_of(name, properties)
        single = {key: value for key, value in properties.items() if key != "Metrics"}
        kept = record_of(name, {"Threshold": 0, **single, "MetricName": "(expression)", "Namespace": "(expression)"})
        return {**kept, "Metrics": metrics, **picked(properties, "ThresholdMetricId")}

    provisioners._cw_metric_alarm_record = record
