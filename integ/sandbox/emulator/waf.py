"""The association of a web ACL with a load balancer: recorded, its rules never act."""

from registry import Properties, api, forgiving, register


def _associate(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    api("wafv2").associate_web_acl(WebACLArn=properties["WebACLArn"], ResourceArn=properties["ResourceArn"])
    return f"{properties['WebACLArn']}|{properties['ResourceArn']}", {}


def _disassociate(_physical_id: str, properties: Properties) -> None:
    api("wafv2").disassociate_web_acl(ResourceArn=properties["ResourceArn"])


def install() -> None:
    register("AWS::WAFv2::WebACLAssociation", _associate, forgiving(_disassociate))
