"""Rules that forward to several target groups by weight: the emulator keeps the first group alone, and sends everything there."""

import random
from typing import Any

import ministack.services.alb as alb
import ministack.services.cloudformation.provisioners as provisioners
from registry import Properties

Action = dict[str, Any]


def _weighted(groups: list[Properties]) -> list[Properties]:
    return [{"TargetGroupArn": group["TargetGroupArn"], "Weight": int(group.get("Weight", 1))} for group in groups]


def chosen(action: Action) -> Action:
    """The action with one of its target groups, as often as its weight says. An empty group is chosen too: it answers 503, as on AWS."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    weights = [group["Weight"] for group in groups]
    if sum(weights) == 0:
        return action
    (group,) = random.choices(groups, weights)
    return {**action, "TargetGroupArn": group["TargetGroupArn"]}


def _keep_in_templates() -> None:
    actions_of = provisioners._elbv2_listener_actions

    def keep(properties: Properties, balancer: str | None, prop: str = "DefaultActions") -> list[Action]:
        actions = actions_of(properties, balancer, prop)
        for action, told in zip(actions, properties.get(prop) or [], strict=True):
            groups = (told.get("ForwardConfig") or {}).get("TargetGroups")
            if groups:
                action["ForwardConfig"] = {"TargetGroups": _weighted(groups)}
        return actions

    provisioners._elbv2_listener_actions = keep


def _keep_in_calls() -> None:
    parse = alb._parse_actions

    def groups_of(params: Properties, place: str) -> list[Properties]:
        groups: list[Properties] = []
        while arn := alb._p(params, f"{place}.{len(groups) + 1}.TargetGroupArn"):
            groups.append({"TargetGroupArn": arn, "Weight": alb._p(params, f"{place}.{len(groups) + 1}.Weight") or 1})
        return _weighted(groups)

    def keep(params: Properties, prefix: str = "DefaultActions") -> list[Action]:
        actions = parse(params, prefix)
        for number, action in enumerate(actions, start=1):
            groups = groups_of(params, f"{prefix}.member.{number}.ForwardConfig.TargetGroups.member")
            if groups:
                action.update(ForwardConfig={"TargetGroups": groups}, TargetGroupArn=groups[0]["TargetGroupArn"])
        return actions

    alb._parse_actions = keep


def _show() -> None:
    render = alb._action_xml

    def show(action: Action) -> str:
        groups = action.get("ForwardConfig", {}).get("TargetGroups")
        if not groups:
            return render(action)
        members = "".join(
            f"<member><TargetGroupArn>{group['TargetGroupArn']}</TargetGroupArn><Weight>{group['Weight']}</Weight></member>" for group in groups
        )
        # like AWS, which shows no single group where there are several
        rest = render({name: value for name, value in action.items() if name != "TargetGroupArn"})
        return rest.removesuffix("</member>") + f"<ForwardConfig><TargetGroups>{members}</TargetGroups></ForwardConfig></member>"

    alb._action_xml = show


def install() -> None:
    _keep_in_templates()
    _keep_in_calls()
    _show()
    execute = alb._execute_action
    alb._execute_action = lambda action, *further, **named: execute(chosen(action), *further, **named)
