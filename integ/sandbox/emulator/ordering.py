"""The order of resources: the emulator makes one after the other, by name where nothing else decides.

CloudFormation makes at once whatever waits for nothing, so that the policy of an execution role is there when a slow
service looks for it, although the service does not wait for it. Here services, and what waits for them, come last.
"""

import ministack.services.cloudformation.engine as engine
import ministack.services.cloudformation.stacks as stacks

_SLOW = "AWS::ECS::Service"


def services_last(ordered: list[str], definitions: dict[str, dict]) -> list[str]:
    """The order with services, and what depends on them, moved behind the rest."""
    names = set(ordered)
    late: set[str] = set()
    for name in ordered:
        if definitions[name].get("Type") == _SLOW or engine._extract_deps(definitions[name], names) & late:
            late.add(name)
    return [name for name in ordered if name not in late] + [name for name in ordered if name in late]


def install() -> None:
    sort = stacks._topological_sort
    stacks._topological_sort = lambda definitions, conditions: services_last(sort(definitions, conditions), definitions)
