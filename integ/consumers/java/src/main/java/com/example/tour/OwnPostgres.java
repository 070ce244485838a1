package com.example.tour;

import io.github.cdkpatternbook.IPrivatePostgres;
import java.util.List;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.Connections;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.rds.Endpoint;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/** A database of the user's own. */
final class OwnPostgres extends Construct implements IPrivatePostgres {
  private final Connections connections;
  private final Endpoint endpoint;
  private final ISecret secret;
  private final ISecret urlSecret;
  private final ISecret readerUrlSecret;

  OwnPostgres(final Construct scope, final String id, final IVpc vpc) {
    super(scope, id);
    connections = Connections.Builder.create()
        .securityGroups(List.of(SecurityGroup.Builder.create(this, "SecurityGroup").vpc(vpc).build()))
        .defaultPort(Port.tcp(5432))
        .build();
    endpoint = new Endpoint("own.example.com", 5432);
    secret = Secret.fromSecretNameV2(this, "Secret", "own");
    urlSecret = Secret.fromSecretNameV2(this, "UrlSecret", "own-url");
    readerUrlSecret = Secret.fromSecretNameV2(this, "ReaderUrlSecret", "own-reader-url");
  }

  @Override
  public Connections getConnections() {
    return connections;
  }

  @Override
  public Endpoint getEndpoint() {
    return endpoint;
  }

  @Override
  public String getInstanceIdentifier() {
    return "own";
  }

  @Override
  public String getDatabaseName() {
    return "own";
  }

  @Override
  public ISecret getSecret() {
    return secret;
  }

  @Override
  public ISecret getUrlSecret() {
    return urlSecret;
  }

  @Override
  public ISecret getReaderUrlSecret() {
    return readerUrlSecret;
  }

  @Override
  public Boolean getRotatesSecret() {
    return false;
  }

  @Override
  public Grant grantConnect(final IGrantable grantee, final String databaseUser) {
    var user = databaseUser == null ? "own" : databaseUser;
    var resource = Stack.of(this).formatArn(ArnComponents.builder().service("rds-db").resource("dbuser").resourceName("own/" + user).build());
    return Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
        .grantee(grantee)
        .actions(List.of("rds-db:connect"))
        .resourceArns(List.of(resource))
        .build());
  }

  @Override
  public Grant grantConnect(final IGrantable grantee) {
    return grantConnect(grantee, null);
  }
}
