"""Each PostgreSQL instance is a database server that the supervisor runs; the emulator keeps the record."""

import ministack.services.rds as rds
import supervisor
from registry import Properties, handlers_of


def _is_postgres(properties: Properties) -> bool:
    return properties.get("Engine") == "postgres" and not properties.get("SourceDBInstanceIdentifier")


def install() -> None:
    handlers = handlers_of("AWS::RDS::DBInstance")
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def run(identifier: str) -> None:
        instance = rds._instances[identifier]
        body = {
            "id": identifier,
            "address": instance["Endpoint"]["Address"],
            "port": int(instance["Endpoint"]["Port"]),
            "username": instance["MasterUsername"],
            "password": instance["_MasterUserPassword"],
            "database": instance["DBName"],
        }
        supervisor.call("database", body)

    def create_and_run(logical_id: str, properties: Properties, stack: str) -> tuple[str, Properties]:
        identifier, attributes = create(logical_id, properties, stack)
        if _is_postgres(properties):
            try:
                run(identifier)
            except Exception:
                delete(identifier, properties)
                raise
        return identifier, attributes

    def update_and_run(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None) -> tuple[str, Properties]:
        identifier, attributes = update(physical_id, old, new, stack, logical_id)
        if _is_postgres(new):
            run(identifier)
        return identifier, attributes

    def delete_and_stop(physical_id: str, properties: Properties) -> None:
        supervisor.call("database-delete", {"id": physical_id})
        delete(physical_id, properties)

    handlers.update(create=create_and_run, update=update_and_run, delete=delete_and_stop)
