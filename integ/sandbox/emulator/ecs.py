"""Services are handed to the supervisor, which runs their tasks; the emulator keeps the records that its API shows."""

import ministack.services.cloudformation.provisioners as provisioners
import ministack.services.ecs as ecs
import supervisor
from registry import Properties, api, camel, handlers_of, register

# what the emulator's own handler leaves out of the service that its API shows
_SHOWN = ("ServiceRegistries", "HealthCheckGracePeriodSeconds", "EnableExecuteCommand", "DeploymentController", "PlatformVersion", "PropagateTags")


def _record(arn: str) -> Properties | None:
    return next((service for service in ecs._services.values() if service["serviceArn"] == arn), None)


def _show(arn: str, properties: Properties) -> None:
    record = _record(arn)
    if record is not None:
        record.update({camel({name: None}).popitem()[0]: camel(properties[name]) for name in _SHOWN if name in properties})


def _request(arn: str, properties: Properties, previous: Properties | None) -> Properties:
    return {"arn": arn, "properties": properties, "previous": previous}


def _install_services() -> None:
    handlers = handlers_of("AWS::ECS::Service")
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def create_and_run(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        arn, attributes = create(logical_id, properties, stack)
        _show(arn, properties)
        try:
            supervisor.call("service", _request(arn, properties, None))
        except Exception:
            # a stack does not know what failed to be made, so nobody else would delete it
            delete_and_stop(arn, properties)
            raise
        return arn, attributes

    def update_and_run(arn: str, old: Properties, new: Properties, stack: str) -> tuple[str, Properties]:
        result = update(arn, old, new, stack)
        _show(arn, new)
        try:
            supervisor.call("service", _request(arn, new, old))
        except Exception:
            update(arn, new, old, stack)
            _show(arn, old)
            raise
        return result

    def delete_and_stop(arn: str, properties: Properties) -> None:
        supervisor.call("service-delete", {"arn": arn})
        delete(arn, properties)

    handlers.update(create=create_and_run, update=update_and_run, delete=delete_and_stop)


def _capacity_providers(_logical_id: str, properties: Properties, _stack: str) -> tuple[str, Properties]:
    api("ecs").put_cluster_capacity_providers(
        cluster=properties["Cluster"],
        capacityProviders=properties["CapacityProviders"],
        defaultCapacityProviderStrategy=camel(properties.get("DefaultCapacityProviderStrategy", [])),
    )
    return properties["Cluster"], {}


def _install_volumes() -> None:
    handlers = handlers_of("AWS::ECS::TaskDefinition")
    create, update = handlers["create"], handlers["update"]

    def with_volumes(properties: Properties) -> Properties:
        return {**properties, "Volumes": [_volume(volume) for volume in properties.get("Volumes", [])]}

    handlers.update(
        create=lambda logical_id, properties, stack: create(logical_id, with_volumes(properties), stack),
        update=lambda arn, old, new, *further: update(arn, with_volumes(old), with_volumes(new), *further),
    )


def _volume(volume: Properties) -> Properties:
    """A volume of a template as the API has it, which names some things otherwise."""
    shown = camel({name: value for name, value in volume.items() if name != "EFSVolumeConfiguration"})
    if "EFSVolumeConfiguration" in volume:
        efs = camel(volume["EFSVolumeConfiguration"])
        efs["fileSystemId"] = efs.pop("filesystemId")
        if "authorizationConfig" in efs:
            efs["authorizationConfig"] = {"iam" if name == "iAM" else name: value for name, value in efs["authorizationConfig"].items()}
        shown["efsVolumeConfiguration"] = efs
    return shown


def put_service_state(state: Properties) -> Properties:
    """The supervisor tells what runs, so that DescribeServices, ListTasks and DescribeTasks show it."""
    record = _record(state["arn"])
    if record is None:
        return {}
    record.update(desiredCount=state["desired"], runningCount=state["running"], pendingCount=state["pending"])
    for deployment in record["deployments"][:1]:
        deployment.update(runningCount=state["running"], pendingCount=state["pending"], desiredCount=state["desired"])
        deployment.update(failedTasks=state["failed"], rolloutState=state["rollout"], rolloutStateReason=state["reason"])
    if state["rollout"] == "COMPLETED":
        del record["deployments"][1:]
    record["events"] = state["events"]
    group = f"service:{record['serviceName']}"
    for arn in [arn for arn, task in ecs._tasks.items() if task.get("group") == group and task.get("clusterArn") == record["clusterArn"]]:
        del ecs._tasks[arn]
    for task in state["tasks"]:
        ecs._tasks[task["taskArn"]] = {**task, "group": group, "clusterArn": record["clusterArn"], "launchType": "FARGATE", "tags": []}
    return {}


def install() -> None:
    _install_services()
    _install_volumes()
    register("AWS::ECS::ClusterCapacityProviderAssociations", _capacity_providers)
    # secrets, health checks and dependencies keep PascalCase inside otherwise, which the API's clients do not read
    provisioners._normalize_container_defs = lambda definitions: [camel(definition) for definition in definitions]
    # tasks of the emulator are records only; ours are told by put_service_state and registered by the supervisor
    ecs._reconcile_service_tasks = lambda *_arguments, **_options: None
    ecs._sync_service_targets = lambda *_arguments, **_options: None
