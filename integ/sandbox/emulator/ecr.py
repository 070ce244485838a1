"""The registry's own settings: pull-through caches and templates of the repositories that they make, recorded by their prefix."""

from datetime import datetime, timezone

from ministack.core.responses import AccountRegionScopedDict, get_account_id
from registry import Properties, register

_settings = AccountRegionScopedDict()


def _register_by_prefix(resource_type: str, prefix_name: str, default: str) -> None:
    def create(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
        prefix = properties.get(prefix_name) or default
        key = f"{resource_type}|{prefix}"
        if key in _settings:
            raise ValueError(f"a {resource_type} with the prefix '{prefix}' already exists in the registry with id '{get_account_id()}'")
        _settings[key] = properties
        now = datetime.now(timezone.utc).isoformat()
        return prefix, {prefix_name: prefix, "CreatedAt": now, "UpdatedAt": now}

    def delete(physical_id: str, _properties: Properties) -> None:
        _settings.pop(f"{resource_type}|{physical_id}", None)

    register(resource_type, create, delete)


def install() -> None:
    _register_by_prefix("AWS::ECR::PullThroughCacheRule", "EcrRepositoryPrefix", "ROOT")
    _register_by_prefix("AWS::ECR::RepositoryCreationTemplate", "Prefix", "ROOT")
