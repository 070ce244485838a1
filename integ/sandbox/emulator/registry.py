"""Registration of CloudFormation types with the emulator, and access to its own API from their handlers."""

import functools
import os
from typing import Any, Callable

import boto3
import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.cloudformation.stacks as stacks
from botocore.config import Config
from ministack.core.responses import get_account_id, get_region

Properties = dict[str, Any]
Create = Callable[[str, Properties, str], tuple[str, Properties]]
Delete = Callable[[str, Properties], None]

_on_worker_thread: set[str] = set()


def endpoint() -> str:
    return f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"


def api(service: str) -> Any:
    """A client of the emulator's own API, in the account and region of the stack that is being deployed."""
    return _client(service, get_region(), get_account_id())


@functools.cache
def _client(service: str, region: str, account: str) -> Any:
    config = Config(retries={"max_attempts": 1}, read_timeout=20)
    return boto3.client(
        service, endpoint_url=endpoint(), region_name=region, aws_access_key_id=account, aws_secret_access_key="sandbox", config=config
    )


def nothing_to_delete(_physical_id: str, _properties: Properties) -> None:
    """For what disappears with the resource that it belongs to."""


def forgiving(delete: Delete) -> Delete:
    """A rollback deletes in reverse order; what is gone already must not fail it."""

    @functools.wraps(delete)
    def run(physical_id: str, properties: Properties) -> None:
        try:
            delete(physical_id, properties)
        except Exception as error:  # noqa: BLE001
            print(f"sandbox: delete of {physical_id} ignored: {error}", flush=True)

    return run


def register(resource_type: str, create: Create, delete: Delete = nothing_to_delete, update: Callable[..., Any] | None = None) -> None:
    """Add a type that the emulator lacks. One without `update` is made anew when it changes and the old one deleted."""
    if resource_type in provisioners._RESOURCE_HANDLERS:
        raise RuntimeError(f"the emulator has {resource_type} by now: remove it from the launcher")

    def replace(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Properties]:
        delete(physical_id, old)
        return create(logical_id, new, stack)

    provisioners._RESOURCE_HANDLERS[resource_type] = {
        "create": create,
        "delete": delete,
        "update": update or replace,
        "update_with_logical_id": True,
    }
    run_on_worker_thread(resource_type)


def handlers_of(resource_type: str) -> dict[str, Any]:
    """The emulator's own handlers of a type, to be wrapped. They block afterwards, so they leave the event loop."""
    run_on_worker_thread(resource_type)
    return provisioners._RESOURCE_HANDLERS[resource_type]


def run_on_worker_thread(resource_type: str) -> None:
    _on_worker_thread.add(resource_type)


_originally_on_worker_thread = stacks._runs_on_worker_thread
stacks._runs_on_worker_thread = lambda resource_type: resource_type in _on_worker_thread or _originally_on_worker_thread(resource_type)


def picked(properties: Properties, *names: str) -> Properties:
    """The named properties, without those that are absent."""
    return {name: properties[name] for name in names if properties.get(name) is not None}


def camel(value: Any) -> Any:
    """PascalCase keys of a template as the camelCase of the ECS API, deep; keys that are data are left alone."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: content if name in ("Options", "DockerLabels") else camel(content) for name, content in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def tag_specification(properties: Properties, resource_type: str) -> Properties:
    tags = properties.get("Tags")
    return {"TagSpecifications": [{"ResourceType": resource_type, "Tags": tags}]} if tags else {}
