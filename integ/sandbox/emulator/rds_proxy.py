"""RDS Proxy: the emulator keeps its record by API, the supervisor leads clients through it to the database behind it."""

from typing import Any

import supervisor
from registry import Properties, api, forgiving, picked, register

_FIXED = ("DBProxyName", "EngineFamily", "VpcSubnetIds")
_SETTINGS = ("Auth", "RoleArn", "DefaultAuthScheme")


def _settings(properties: Properties) -> dict[str, Any]:
    """What may change while the proxy stays, in the types of the API."""
    settings = picked(properties, *_SETTINGS)
    settings |= {name: str(properties[name]).lower() == "true" for name in ("RequireTLS", "DebugLogging") if name in properties}
    if "IdleClientTimeout" in properties:
        settings["IdleClientTimeout"] = int(properties["IdleClientTimeout"])
    return settings


def _attributes(proxy: dict[str, Any]) -> tuple[str, Properties]:
    return proxy["DBProxyName"], {"DBProxyArn": proxy["DBProxyArn"], "Endpoint": proxy["Endpoint"], "VpcId": proxy["VpcId"]}


def _create_proxy(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    fixed = picked(properties, *_FIXED, "VpcSecurityGroupIds", "Tags")
    return _attributes(api("rds").create_db_proxy(**fixed, **_settings(properties))["DBProxy"])


def _delete_proxy(physical_id: str, _properties: Properties) -> None:
    api("rds").delete_db_proxy(DBProxyName=physical_id)


def _update_proxy(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Properties]:
    if any(old.get(name) != new.get(name) for name in _FIXED):
        _delete_proxy(physical_id, old)
        return _create_proxy(logical_id, new, stack)
    groups = {"SecurityGroups": new["VpcSecurityGroupIds"]} if new.get("VpcSecurityGroupIds") else {}
    return _attributes(api("rds").modify_db_proxy(DBProxyName=physical_id, **groups, **_settings(new))["DBProxy"])


def _create_targets(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    name, [database] = properties["DBProxyName"], properties["DBInstanceIdentifiers"]
    pool = {key: int(value) for key, value in properties.get("ConnectionPoolConfigurationInfo", {}).items()}
    group = api("rds").modify_db_proxy_target_group(DBProxyName=name, TargetGroupName="default", ConnectionPoolConfig=pool)["DBProxyTargetGroup"]
    api("rds").register_db_proxy_targets(DBProxyName=name, DBInstanceIdentifiers=[database])
    [proxy] = api("rds").describe_db_proxies(DBProxyName=name)["DBProxies"]
    secrets = [auth["SecretArn"] for auth in proxy["Auth"]]
    supervisor.call("proxy", {"id": name, "address": proxy["Endpoint"], "database": database, "role": proxy["RoleArn"], "secrets": secrets})
    return group["TargetGroupArn"], {"TargetGroupArn": group["TargetGroupArn"]}


def _delete_targets(_physical_id: str, properties: Properties) -> None:
    supervisor.call("proxy-delete", {"id": properties["DBProxyName"]})
    api("rds").deregister_db_proxy_targets(DBProxyName=properties["DBProxyName"], DBInstanceIdentifiers=properties["DBInstanceIdentifiers"])


def install() -> None:
    register("AWS::RDS::DBProxy", _create_proxy, forgiving(_delete_proxy), _update_proxy)
    register("AWS::RDS::DBProxyTargetGroup", _create_targets, forgiving(_delete_targets))
