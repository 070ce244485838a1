"""Types without an effect here, recorded by their name alone: what they refer to must exist all the same."""

import uuid

import ministack.services.cloudfront as cloudfront
import ministack.services.waf as waf
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


def install() -> None:
    register("AWS::Logs::QueryDefinition", _create_query)
    register("AWS::WAFv2::LoggingConfiguration", _create_waf_logging)
    register("AWS::CloudFront::MonitoringSubscription", _create_monitoring)
