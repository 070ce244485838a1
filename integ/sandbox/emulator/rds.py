"""Each PostgreSQL instance is a database server that the supervisor runs; the emulator keeps the record."""

import ministack.services.rds as rds
import supervisor
from registry import Properties, handlers_of


def _source_of(properties: Properties) -> str | None:
    """The identifier of the primary, given as it is or at the end of an ARN."""
    source = properties.get("SourceDBInstanceIdentifier")
    return source and source.split(":")[-1]


def _is_postgres(properties: Properties) -> bool:
    source = _source_of(properties)
    return (rds._instances[source]["Engine"] if source else properties.get("Engine")) == "postgres"


def _inherit(identifier: str, source: str) -> None:
    """The emulator records a replica as an instance of its own: what it has from its primary, and that each knows the other."""
    instance, primary = rds._instances[identifier], rds._instances[source]
    inherited = ("Engine", "EngineVersion", "MasterUsername", "_MasterUserPassword", "DBName", "AllocatedStorage", "StorageEncrypted", "KmsKeyId")
    instance.update({name: primary[name] for name in inherited}, ReadReplicaSourceDBInstanceIdentifier=source, BackupRetentionPeriod=0)
    if identifier not in primary["ReadReplicaDBInstanceIdentifiers"]:
        primary["ReadReplicaDBInstanceIdentifiers"].append(identifier)


def install() -> None:
    handlers = handlers_of("AWS::RDS::DBInstance")
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def run(identifier: str, source: str | None) -> None:
        if source:
            _inherit(identifier, source)
        instance = rds._instances[identifier]
        body = {
            "id": identifier,
            "address": instance["Endpoint"]["Address"],
            "port": int(instance["Endpoint"]["Port"]),
            "username": instance["MasterUsername"],
            "password": instance["_MasterUserPassword"],
            "database": instance["DBName"],
            "source": source,
        }
        supervisor.call("database", body)

    def create_and_run(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        source = _source_of(properties)
        if source and source not in rds._instances:
            raise ValueError(f"DBInstanceNotFound: the source of the read replica, '{source}', does not exist")
        identifier, attributes = create(logical_id, properties, stack)
        if _is_postgres(properties):
            try:
                run(identifier, source)
            except Exception:
                delete(identifier, properties)
                raise
        return identifier, attributes

    def update_and_run(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> tuple[str, Properties]:
        identifier, attributes = update(physical_id, old, new, stack, logical_id)
        if _is_postgres(new):
            run(identifier, _source_of(new))
        return identifier, attributes

    def delete_and_stop(physical_id: str, properties: Properties) -> None:
        primary = rds._instances.get(_source_of(properties) or "")
        if primary and physical_id in primary["ReadReplicaDBInstanceIdentifiers"]:
            primary["ReadReplicaDBInstanceIdentifiers"].remove(physical_id)
        supervisor.call("database-delete", {"id": physical_id})
        delete(physical_id, properties)

    handlers.update(create=create_and_run, update=update_and_run, delete=delete_and_stop)
