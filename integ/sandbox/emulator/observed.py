"""Types without an effect here, recorded by their name alone: what they refer to must exist all the same."""

import uuid

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.cloudfront as cloudfront
import ministack.services.waf as waf
from ministack.core.responses import get_account_id, get_region
from registry import Properties, register


def _create_query(_logical_id: str, _properties: Properties, _stack: str) -> tuple[str, Properties]:
    query = str(uuid.uuid4())
    return query, {"QueryDefinitionId": query}


def _create_waf_logging(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    arn = properties["ResourceArn"]
    if not any(acl["ARN"] == arn for acl in waf._web_acls.values()):
        raise ValueError(f"WAFNonexistentItemException: there is no web ACL {arn}")
    wrong = [target for target in properties["LogDestinationConfigs"] if "aws-waf-logs-" not in target]
    if wrong:
        raise ValueError(f"WAFInvalidParameterException: the name of a log destination must begin with aws-waf-logs-, got {', '.join(wrong)}")
    return arn, {"ManagedByFirewallManager": False}


def _create_monitoring(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    if properties["DistributionId"] not in cloudfront._distributions:
        raise ValueError(f"NoSuchDistribution: there is no distribution {properties['DistributionId']}")
    return properties["DistributionId"], {}


def _create_sampling_rule(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
    name = properties["SamplingRule"].get("RuleName") or provisioners._physical_name(stack, logical_id, max_len=32)
    if not 1 <= int(properties["SamplingRule"]["Priority"]) <= 9999:
        raise ValueError(f"InvalidRequestException: the priority of sampling rule {name} must be from 1 to 9999")
    arn = f"arn:aws:xray:{get_region()}:{get_account_id()}:sampling-rule/{name}"
    return arn, {"RuleARN": arn}


def install() -> None:
    register("AWS::XRay::SamplingRule", _create_sampling_rule)
    register("AWS::Logs::QueryDefinition", _create_query)
    register("AWS::WAFv2::LoggingConfiguration", _create_waf_logging)
    register("AWS::CloudFront::MonitoringSubscription", _create_monitoring)
