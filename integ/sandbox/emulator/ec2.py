"""Network types: elastic addresses, NAT gateways, flow logs, rules of security groups that are resources of their own; machines, which are recorded and never run."""

import uuid

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.ssm as ssm
from registry import Properties, api, forgiving, picked, register, tag_specification


def _create_address(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    address = api("ec2").allocate_address(Domain="vpc", **tag_specification(properties, "elastic-ip"))
    return address["PublicIp"], {"AllocationId": address["AllocationId"], "PublicIp": address["PublicIp"]}


def _delete_address(physical_id: str, _properties: Properties) -> None:
    for address in api("ec2").describe_addresses()["Addresses"]:
        if address["PublicIp"] == physical_id:
            api("ec2").release_address(AllocationId=address["AllocationId"])


def _create_nat_gateway(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    wanted = picked(properties, "SubnetId", "AllocationId", "ConnectivityType")
    gateway = api("ec2").create_nat_gateway(**wanted, **tag_specification(properties, "natgateway"))["NatGateway"]
    return gateway["NatGatewayId"], {"NatGatewayId": gateway["NatGatewayId"]}


def _delete_nat_gateway(physical_id: str, _properties: Properties) -> None:
    api("ec2").delete_nat_gateway(NatGatewayId=physical_id)


def _create_flow_log(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    wanted = picked(properties, "DeliverLogsPermissionArn", "LogGroupName", "LogDestination", "LogDestinationType", "TrafficType", "ResourceType")
    flow_log = api("ec2").create_flow_logs(ResourceIds=[properties["ResourceId"]], **wanted)["FlowLogIds"][0]
    return flow_log, {"Id": flow_log}


def _delete_flow_log(physical_id: str, _properties: Properties) -> None:
    api("ec2").delete_flow_logs(FlowLogIds=[physical_id])


def _permission(properties: Properties) -> list[Properties]:
    description = {"Description": properties.get("Description", "")}
    permission: Properties = {"IpProtocol": str(properties["IpProtocol"])}
    if properties.get("FromPort") is not None:
        permission |= {"FromPort": int(properties["FromPort"]), "ToPort": int(properties.get("ToPort", properties["FromPort"]))}
    if properties.get("CidrIp"):
        permission["IpRanges"] = [{"CidrIp": properties["CidrIp"], **description}]
    if properties.get("CidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": properties["CidrIpv6"], **description}]
    group = properties.get("SourceSecurityGroupId") or properties.get("DestinationSecurityGroupId")
    if group:
        permission["UserIdGroupPairs"] = [{"GroupId": group, **description}]
    prefix_list = properties.get("SourcePrefixListId") or properties.get("DestinationPrefixListId")
    if prefix_list:
        permission["PrefixListIds"] = [{"PrefixListId": prefix_list, **description}]
    return [permission]


def _register_rule(direction: str) -> None:
    def create(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
        authorize = getattr(api("ec2"), f"authorize_security_group_{direction}")
        authorize(GroupId=properties["GroupId"], IpPermissions=_permission(properties))
        rule = f"sgr-{uuid.uuid4().hex[:17]}"
        return rule, {"Id": rule}

    def delete(_physical_id: str, properties: Properties) -> None:
        getattr(api("ec2"), f"revoke_security_group_{direction}")(GroupId=properties["GroupId"], IpPermissions=_permission(properties))

    register(f"AWS::EC2::SecurityGroup{direction.title()}", create, forgiving(delete))


_LINUX = "/aws/service/ami-amazon-linux-latest/"


def _know_images() -> None:
    """The newest image of every kind of Amazon Linux; the emulator knows two kinds."""
    public = ssm._public_parameter
    ssm._public_parameter = lambda name: public(_LINUX + "al2023-ami-kernel-default-x86_64" if name.startswith(_LINUX) else name)


def _create_instance(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    wanted = picked(properties, "ImageId", "InstanceType", "SubnetId", "SecurityGroupIds", "UserData")
    instance = api("ec2").run_instances(MinCount=1, MaxCount=1, **wanted, **tag_specification(properties, "instance"))["Instances"][0]
    attributes = {"InstanceId": instance["InstanceId"], "PrivateIp": instance.get("PrivateIpAddress", "")}
    return instance["InstanceId"], {**attributes, "AvailabilityZone": instance.get("Placement", {}).get("AvailabilityZone", "")}


def _delete_instance(physical_id: str, _properties: Properties) -> None:
    api("ec2").terminate_instances(InstanceIds=[physical_id])


def install() -> None:
    _know_images()
    register("AWS::EC2::Instance", _create_instance, forgiving(_delete_instance))
    register("AWS::EC2::EIP", _create_address, forgiving(_delete_address))
    register("AWS::EC2::NatGateway", _create_nat_gateway, forgiving(_delete_nat_gateway))
    register("AWS::EC2::FlowLog", _create_flow_log, forgiving(_delete_flow_log))
    _register_rule("ingress")
    _register_rule("egress")

    # `Fn::GetAtt: [Vpc, CidrBlock]` is an attribute that the emulator leaves out
    vpc = provisioners._RESOURCE_HANDLERS["AWS::EC2::VPC"]
    create_vpc = vpc["create"]

    def create_with_cidr(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        physical_id, attributes = create_vpc(logical_id, properties, stack)
        return physical_id, {"CidrBlock": properties.get("CidrBlock", ""), "Ipv6CidrBlocks": [], **attributes}

    vpc["create"] = create_with_cidr
