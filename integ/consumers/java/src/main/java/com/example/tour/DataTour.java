package com.example.tour;

import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.ExistingDatabaseAttributes;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IPrivatePostgres;
import io.github.cdkpatternbook.PostgresProxyOptions;
import io.github.cdkpatternbook.PrivatePostgres;
import io.github.cdkpatternbook.ReadReplica;
import io.github.cdkpatternbook.ReadReplicaOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.rds.DatabaseInstance;
import software.amazon.awscdk.services.rds.DatabaseInstanceAttributes;
import software.amazon.awscdk.services.rds.PostgresEngineVersion;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** Databases: one with every choice made, one restored from a snapshot behind a proxy, one that exists. */
final class DataTour {

  static IPrivatePostgres dataTour(App app, EnvironmentProfile profile, IAppNetwork network) {
    Stack stack = new Stack(app, "Data");
    PrivatePostgres database =
        PrivatePostgres.Builder.create(stack, "Database")
            .network(network)
            .profile(profile)
            .version(PostgresEngineVersion.VER_16)
            .allowMajorVersionUpgrade(true)
            .instanceType(new InstanceType("r7g.large"))
            .databaseName("orders")
            .username("owner")
            .port(5433)
            .storage(Size.gibibytes(50))
            .maxStorage(Size.tebibytes(1))
            .multiAz(true)
            .backupRetention(Duration.days(21))
            .backupWindow("01:00-02:00")
            .maintenanceWindow("mon:02:30-mon:03:30")
            .backupReplicationRegion("eu-central-1")
            .backupReplicationKey(
                Key.fromKeyArn(
                    stack,
                    "ReplicaKey",
                    "arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-0000-0000-000000000000"))
            .deletionProtection(true)
            .removalPolicy(RemovalPolicy.RETAIN)
            .encryptionKey(new Key(stack, "StorageKey"))
            .secretsKey(new Key(stack, "SecretsKey"))
            .secretRotation(Duration.days(7))
            .rotationWindow("mon:08:00-mon:10:00")
            .iamAuthentication(true)
            .monitoring(true)
            .slowQueryThreshold(Duration.millis(500))
            .parameters(Map.of("random_page_cost", "1.1", "pg_stat_statements.track", "all"))
            .logRetention(RetentionDays.THREE_MONTHS)
            .build();
    ReadReplica replica =
        database.addReadReplica(
            "Replica",
            ReadReplicaOptions.builder()
                .instanceType(new InstanceType("r7g.xlarge"))
                .deletionProtection(false)
                .build());
    database.grantConnect(
        Role.Builder.create(stack, "Reader").assumedBy(new AccountRootPrincipal()).build(),
        "reader");
    PrivatePostgres restored =
        PrivatePostgres.Builder.create(stack, "Restored")
            .network(network)
            .profile(profile)
            .snapshotIdentifier("orders-before-the-flood")
            .generation(2)
            .proxy(
                PostgresProxyOptions.builder()
                    .maxConnectionsPercent(75)
                    .borrowTimeout(Duration.seconds(20))
                    .idleClientTimeout(Duration.minutes(10))
                    .subnets(network.getDataSubnets())
                    .build())
            .build();
    Readings read = new Readings(stack);
    read.text("InstanceId", database.getInstance().getInstanceIdentifier());
    read.text("Identifier", database.getInstanceIdentifier());
    read.text("Endpoint", database.getEndpoint().getSocketAddress());
    read.text("DatabaseName", database.getDatabaseName());
    read.text("Username", database.getUsername());
    read.text("Secret", database.getSecret().getSecretArn());
    read.text("UrlSecret", database.getUrlSecret().getSecretArn());
    read.text("ReaderUrlSecret", database.getReaderUrlSecret().getSecretArn());
    read.truth("RotatesSecret", database.getRotatesSecret());
    read.text("EncryptionKey", database.getEncryptionKey().getKeyArn());
    read.text("SecretsKeyArn", database.getSecretsKey().getKeyArn());
    read.text("SecurityGroup", database.getSecurityGroup().getSecurityGroupId());
    read.number("SecurityGroups", database.getConnections().getSecurityGroups().size());
    read.text("Log", database.getPostgresqlLogGroup().getLogGroupName());
    read.text("UpgradeLog", database.getUpgradeLogGroup().getLogGroupName());
    read.text("Vpc", database.getNetwork().getVpc().getVpcId());
    read.text("ProxyName", restored.getProxy().getDbProxyName());
    read.text("ProxyEndpoint", restored.getEndpoint().getSocketAddress());
    replica.grantConnect(
        Role.Builder.create(stack, "ReplicaReader").assumedBy(new AccountRootPrincipal()).build());
    read.text("ReplicaInstanceId", replica.getInstance().getInstanceIdentifier());
    read.text("ReplicaIdentifier", replica.getInstanceIdentifier());
    read.text("ReplicaEndpoint", replica.getEndpoint().getSocketAddress());
    read.text("ReplicaDatabaseName", replica.getDatabaseName());
    read.text("ReplicaSecret", replica.getSecret().getSecretArn());
    read.text("ReplicaUrlSecret", replica.getUrlSecret().getSecretArn());
    read.text("ReplicaReaderUrlSecret", replica.getReaderUrlSecret().getSecretArn());
    read.truth("ReplicaRotatesSecret", replica.getRotatesSecret());
    read.number("ReplicaSecurityGroups", replica.getConnections().getSecurityGroups().size());
    read.text("ReplicaLog", replica.getPostgresqlLogGroup().getLogGroupName());
    read.text("ReplicaUpgradeLog", replica.getUpgradeLogGroup().getLogGroupName());

    IPrivatePostgres existing =
        PrivatePostgres.fromInstance(
            stack,
            "Existing",
            ExistingDatabaseAttributes.builder()
                .instance(
                    DatabaseInstance.fromDatabaseInstanceAttributes(
                        stack,
                        "ExistingInstance",
                        DatabaseInstanceAttributes.builder()
                            .instanceIdentifier("legacy")
                            .instanceEndpointAddress("legacy.example.com")
                            .port(5432)
                            .securityGroups(
                                List.of(
                                    SecurityGroup.fromSecurityGroupId(
                                        stack, "ExistingSecurityGroup", "sg-0123456789abcdef0")))
                            .instanceResourceId("db-ABCDEFGHIJKLMNOPQRSTUVWXYZ")
                            .build()))
                .secret(Secret.fromSecretNameV2(stack, "ExistingSecret", "legacy"))
                .urlSecret(Secret.fromSecretNameV2(stack, "ExistingUrlSecret", "legacy-url"))
                .reader(
                    DatabaseInstance.fromDatabaseInstanceAttributes(
                        stack,
                        "ExistingReader",
                        DatabaseInstanceAttributes.builder()
                            .instanceIdentifier("legacy-reader")
                            .instanceEndpointAddress("legacy-reader.example.com")
                            .port(5432)
                            .securityGroups(List.of())
                            .build()))
                .readerUrlSecret(
                    Secret.fromSecretNameV2(stack, "ExistingReaderUrlSecret", "legacy-reader-url"))
                .databaseName("legacy")
                .build());
    existing.grantConnect(
        Role.Builder.create(stack, "Legacy").assumedBy(new AccountRootPrincipal()).build());
    return existing;
  }

  private DataTour() {}
}
