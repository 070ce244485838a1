"""Databases: one with every choice made, one restored from a snapshot behind a proxy, one that exists."""

from aws_cdk import App, Duration, RemovalPolicy, Size, Stack
from aws_cdk.aws_ec2 import InstanceType, SecurityGroup, Vpc
from aws_cdk.aws_iam import AccountRootPrincipal, Role
from aws_cdk.aws_kms import Key
from aws_cdk.aws_logs import RetentionDays
from aws_cdk.aws_rds import DatabaseInstance, Endpoint, PostgresEngineVersion
from aws_cdk.aws_secretsmanager import Secret
from cdk_patternbook import EnvironmentProfile, IAppNetwork, IPrivatePostgres, PostgresProxyOptions, PrivatePostgres
from readings import Readings


def data_tour(app: App, profile: EnvironmentProfile, network: IAppNetwork) -> IPrivatePostgres:
    stack = Stack(app, "Data")
    database = PrivatePostgres(
        stack,
        "Database",
        network=network,
        profile=profile,
        version=PostgresEngineVersion.VER_16,
        allow_major_version_upgrade=True,
        instance_type=InstanceType("r7g.large"),
        database_name="orders",
        username="owner",
        port=5433,
        storage=Size.gibibytes(50),
        max_storage=Size.tebibytes(1),
        multi_az=True,
        backup_retention=Duration.days(21),
        backup_window="01:00-02:00",
        maintenance_window="mon:02:30-mon:03:30",
        backup_replication_region="eu-central-1",
        backup_replication_key=Key.from_key_arn(
            stack, "ReplicaKey", "arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-0000-0000-000000000000"
        ),
        deletion_protection=True,
        removal_policy=RemovalPolicy.RETAIN,
        encryption_key=Key(stack, "StorageKey"),
        secrets_key=Key(stack, "SecretsKey"),
        secret_rotation=Duration.days(7),
        rotation_window="mon:08:00-mon:10:00",
        iam_authentication=True,
        monitoring=True,
        slow_query_threshold=Duration.millis(500),
        parameters={"random_page_cost": "1.1", "pg_stat_statements.track": "all"},
        log_retention=RetentionDays.THREE_MONTHS,
    )
    replica = database.add_read_replica(
        "Replica", instance_type=InstanceType("r7g.xlarge"), deletion_protection=False
    )
    database.grant_connect(Role(stack, "Reader", assumed_by=AccountRootPrincipal()), "reader")
    restored = PrivatePostgres(
        stack,
        "Restored",
        network=network,
        profile=profile,
        snapshot_identifier="orders-before-the-flood",
        generation=2,
        proxy=PostgresProxyOptions(
            max_connections_percent=75,
            borrow_timeout=Duration.seconds(20),
            idle_client_timeout=Duration.minutes(10),
            subnets=network.data_subnets,
        ),
    )
    assert restored.proxy is not None
    read = Readings(stack)
    read.text("InstanceId", database.instance.instance_identifier)
    read.text("Identifier", database.instance_identifier)
    read.text("Endpoint", database.endpoint.socket_address)
    read.text("DatabaseName", database.database_name)
    read.text("Username", database.username)
    read.text("Secret", database.secret.secret_arn)
    read.text("UrlSecret", database.url_secret.secret_arn)
    read.text("ReaderUrlSecret", database.reader_url_secret.secret_arn)
    read.truth("RotatesSecret", database.rotates_secret)
    read.text("EncryptionKey", database.encryption_key.key_arn)
    read.text("SecretsKeyArn", database.secrets_key.key_arn)
    read.text("SecurityGroup", database.security_group.security_group_id)
    read.number("SecurityGroups", len(database.connections.security_groups))
    read.text("Log", database.postgresql_log_group.log_group_name)
    read.text("UpgradeLog", database.upgrade_log_group.log_group_name)
    read.text("Vpc", database.network.vpc.vpc_id)
    read.text("ProxyName", restored.proxy.db_proxy_name)
    read.text("ProxyEndpoint", restored.endpoint.socket_address)
    replica.grant_connect(Role(stack, "ReplicaReader", assumed_by=AccountRootPrincipal()))
    read.text("ReplicaInstanceId", replica.instance.instance_identifier)
    read.text("ReplicaIdentifier", replica.instance_identifier)
    read.text("ReplicaEndpoint", replica.endpoint.socket_address)
    read.text("ReplicaDatabaseName", replica.database_name)
    read.text("ReplicaSecret", replica.secret.secret_arn)
    read.text("ReplicaUrlSecret", replica.url_secret.secret_arn)
    read.text("ReplicaReaderUrlSecret", replica.reader_url_secret.secret_arn)
    read.truth("ReplicaRotatesSecret", replica.rotates_secret)
    read.number("ReplicaSecurityGroups", len(replica.connections.security_groups))
    read.text("ReplicaLog", replica.postgresql_log_group.log_group_name)
    read.text("ReplicaUpgradeLog", replica.upgrade_log_group.log_group_name)

    existing = PrivatePostgres.from_instance(
        stack,
        "Existing",
        instance=DatabaseInstance.from_database_instance_attributes(
            stack,
            "ExistingInstance",
            instance_identifier="legacy",
            instance_endpoint_address="legacy.example.com",
            port=5432,
            security_groups=[
                SecurityGroup.from_security_group_id(stack, "ExistingSecurityGroup", "sg-0123456789abcdef0")
            ],
            instance_resource_id="db-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ),
        secret=Secret.from_secret_name_v2(stack, "ExistingSecret", "legacy"),
        url_secret=Secret.from_secret_name_v2(stack, "ExistingUrlSecret", "legacy-url"),
        reader=DatabaseInstance.from_database_instance_attributes(
            stack,
            "ExistingReader",
            instance_identifier="legacy-reader",
            instance_endpoint_address="legacy-reader.example.com",
            port=5432,
            security_groups=[],
        ),
        reader_url_secret=Secret.from_secret_name_v2(stack, "ExistingReaderUrlSecret", "legacy-reader-url"),
        database_name="legacy",
    )
    existing.grant_connect(Role(stack, "Legacy", assumed_by=AccountRootPrincipal()))
    return existing
