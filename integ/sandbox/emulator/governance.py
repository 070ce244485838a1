"""What watches over an account: budgets, trails, Config. All of it is recorded: nothing is counted, written or evaluated."""

import json

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.config as config
from ministack.core.responses import get_account_id
from registry import Properties, api, camel, forgiving, picked, register


_CHANNEL = {"S3BucketName": "s3BucketName", "S3KeyPrefix": "s3KeyPrefix", "SnsTopicARN": "snsTopicARN"}


def _create_budget(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    wanted = properties["Budget"]
    budget = {"BudgetName": provisioners._physical_name(stack, logical_id, max_len=100), **wanted}
    if "BudgetLimit" in wanted:
        budget["BudgetLimit"] = {name: str(value) for name, value in wanted["BudgetLimit"].items()}
    notifications = [
        {**entry, "Notification": {**entry["Notification"], "Threshold": float(entry["Notification"]["Threshold"])}}
        for entry in properties.get("NotificationsWithSubscribers", [])
    ]
    api("budgets").create_budget(AccountId=get_account_id(), Budget=budget, NotificationsWithSubscribers=notifications)
    return budget["BudgetName"], {}


def _delete_budget(physical_id: str, _properties: Properties) -> None:
    api("budgets").delete_budget(AccountId=get_account_id(), BudgetName=physical_id)


def _create_trail(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties.get("TrailName") or provisioners._physical_name(stack, logical_id, max_len=128)
    wanted = picked(
        properties, "S3BucketName", "S3KeyPrefix", "SnsTopicName", "IncludeGlobalServiceEvents", "IsMultiRegionTrail", "IsOrganizationTrail",
        "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn",
    )
    key = {"KmsKeyId": properties["KMSKeyId"]} if properties.get("KMSKeyId") else {}
    trail = api("cloudtrail").create_trail(Name=name, EnableLogFileValidation=properties.get("EnableLogFileValidation", False), **wanted, **key)
    if properties.get("IsLogging"):
        api("cloudtrail").start_logging(Name=name)
    if properties.get("EventSelectors"):
        api("cloudtrail").put_event_selectors(TrailName=name, EventSelectors=properties["EventSelectors"])
    return name, {"Arn": trail["TrailARN"], "SnsTopicArn": properties.get("SnsTopicName", "")}


def _delete_trail(physical_id: str, _properties: Properties) -> None:
    api("cloudtrail").delete_trail(Name=physical_id)


def _create_recorder(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    if config._recorders:
        raise ValueError("MaxNumberOfConfigurationRecordersExceededException: an account has one configuration recorder in a region, and this one has it")
    name = properties.get("Name") or provisioners._physical_name(stack, logical_id, max_len=256)
    recorder = {"name": name, "roleARN": properties["RoleARN"], "recordingGroup": camel(properties.get("RecordingGroup", {}))}
    api("config").put_configuration_recorder(ConfigurationRecorder=recorder)
    api("config").start_configuration_recorder(ConfigurationRecorderName=name)
    return name, {}


def _delete_recorder(physical_id: str, _properties: Properties) -> None:
    config._recorders.pop(physical_id, None)


def _create_channel(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    if config._delivery_channels:
        raise ValueError("MaxNumberOfDeliveryChannelsExceededException: an account has one delivery channel in a region, and this one has it")
    name = properties.get("Name") or provisioners._physical_name(stack, logical_id, max_len=256)
    wanted = {target: properties[source] for source, target in _CHANNEL.items() if properties.get(source)}
    api("config").put_delivery_channel(DeliveryChannel={"name": name, **wanted})
    return name, {}


def _delete_channel(physical_id: str, _properties: Properties) -> None:
    config._delivery_channels.pop(physical_id, None)


def _create_rule(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    if not config._recorders:
        raise ValueError("NoAvailableConfigurationRecorderException: a rule needs a configuration recorder, which must be made before it")
    name = properties.get("ConfigRuleName") or provisioners._physical_name(stack, logical_id, max_len=128)
    rule = {"ConfigRuleName": name, **picked(properties, "Source", "Scope", "Description", "MaximumExecutionFrequency")}
    if properties.get("InputParameters"):
        rule["InputParameters"] = json.dumps(properties["InputParameters"])
    api("config").put_config_rule(ConfigRule=rule)
    (made,) = api("config").describe_config_rules(ConfigRuleNames=[name])["ConfigRules"]
    return name, {"Arn": made["ConfigRuleArn"], "ConfigRuleId": made["ConfigRuleId"], "Compliance.Type": "INSUFFICIENT_DATA"}


def _delete_rule(physical_id: str, _properties: Properties) -> None:
    api("config").delete_config_rule(ConfigRuleName=physical_id)


def _create_service_role(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    role = api("iam").create_service_linked_role(**picked(properties, "AWSServiceName", "Description", "CustomSuffix"))["Role"]
    return role["RoleName"], {"RoleName": role["RoleName"]}


def _delete_service_role(physical_id: str, _properties: Properties) -> None:
    api("iam").delete_service_linked_role(RoleName=physical_id)


def install() -> None:
    register("AWS::IAM::ServiceLinkedRole", _create_service_role, forgiving(_delete_service_role))
    register("AWS::Budgets::Budget", _create_budget, forgiving(_delete_budget))
    register("AWS::CloudTrail::Trail", _create_trail, forgiving(_delete_trail))
    register("AWS::Config::ConfigurationRecorder", _create_recorder, _delete_recorder)
    register("AWS::Config::DeliveryChannel", _create_channel, _delete_channel)
    register("AWS::Config::ConfigRule", _create_rule, forgiving(_delete_rule))
