"""Alarms on expressions and on other alarms; both are recorded and can be read, neither is evaluated."""

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


def install() -> None:
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
