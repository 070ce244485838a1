package com.example.tour;

import io.github.cdkpatternbook.ApiFunction;
import io.github.cdkpatternbook.Deployment;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.FirewallLevel;
import io.github.cdkpatternbook.FunctionApiKeyOptions;
import io.github.cdkpatternbook.FunctionCode;
import io.github.cdkpatternbook.FunctionMigrationOptions;
import io.github.cdkpatternbook.FunctionRestApi;
import io.github.cdkpatternbook.FunctionWebSocketApi;
import io.github.cdkpatternbook.IAppNetwork;
import io.github.cdkpatternbook.IPrivatePostgres;
import io.github.cdkpatternbook.LinearOptions;
import io.github.cdkpatternbook.UseDatabaseOptions;
import io.github.cdkpatternbook.WebFirewallOptions;
import io.github.cdkpatternbook.WorkQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.WebSocketLambdaAuthorizer;
import software.amazon.awscdk.services.apigateway.TokenAuthorizer;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecr.RepositoryAttributes;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sqs.Queue;

/** Functions and their APIs: each kind of code, every choice made, what a function is handed, callers with keys, connections. */
final class ServerlessTour {

  static void serverlessTour(
      App app, EnvironmentProfile profile, IAppNetwork network, IPrivatePostgres database) {
    var stack = new Stack(app, "Serverless");
    var images =
        Repository.fromRepositoryAttributes(
            stack,
            "Images",
            RepositoryAttributes.builder()
                .repositoryArn("arn:aws:ecr:eu-south-1:111111111111:repository/shop")
                .repositoryName("shop")
                .build());
    var key =
        Key.fromKeyArn(
            stack,
            "Key",
            "arn:aws:kms:eu-south-1:111111111111:key/00000000-0000-0000-0000-000000000000");
    var fn =
        ApiFunction.Builder.create(stack, "Api")
            .code(FunctionCode.ecr(images, "v1"))
            .network(network)
            .profile(profile)
            .serviceName("shop")
            .memory(Size.mebibytes(2048))
            .timeout(Duration.seconds(20))
            .architecture(Architecture.X86_64)
            .concurrencyLimit(50)
            .environment(Map.of("CURRENCY", "JPY", "LOG_LEVEL", "DEBUG", "PLACE", "Tokyo"))
            .deployment(
                Deployment.linear(
                    LinearOptions.builder().percent(20).interval(Duration.minutes(3)).build()))
            .logRetention(RetentionDays.THREE_MONTHS)
            .encryptionKey(key)
            .build();
    fn.addEnvironment("PAPER", "a4");
    fn.useDatabase(database, UseDatabaseOptions.builder().readerVariable("READER_ARN").build());
    var migration =
        fn.addMigration(
            "Migrate",
            FunctionMigrationOptions.builder()
                .handler("app.migrations.handler")
                .timeout(Duration.minutes(10))
                .build());
    var orders =
        Queue.fromQueueArn(stack, "Queue", "arn:aws:sqs:eu-south-1:111111111111:orders");
    fn.useQueue(WorkQueue.fromQueue(orders));
    fn.rollbackOn(
        Alarm.fromAlarmName(stack, "Errors", "errors"),
        Alarm.fromAlarmName(stack, "Delays", "delays"));
    var python = "def handler(event, context): return {\"statusCode\": 200}";
    var small =
        ApiFunction.Builder.create(stack, "Small")
            .profile(profile)
            .code(FunctionCode.zip(Code.fromInline(python), "index.handler", Runtime.PYTHON_3_14))
            .build();
    writeDockerfile();
    ApiFunction.Builder.create(stack, "Built")
        .profile(profile)
        .code(FunctionCode.imageAsset("image"))
        .build();

    var check =
        Function.fromFunctionArn(
            stack, "Check", "arn:aws:lambda:eu-south-1:111111111111:function:check");
    var rest =
        FunctionRestApi.Builder.create(stack, "Rest")
            .handler(fn)
            .profile(profile)
            .rateLimit(100)
            .burstLimit(200)
            .corsOrigins(List.of("https://shop.example.com", "https://admin.example.com"))
            .binaryMediaTypes(List.of("image/*", "application/pdf"))
            .authorizer(TokenAuthorizer.Builder.create(stack, "Authorizer").handler(check).build())
            .apiKeyRequired(true)
            .cacheTtl(Duration.seconds(30))
            .cacheQueryKeys(List.of("page", "filter"))
            .firewall(WebFirewallOptions.builder().level(FirewallLevel.BASIC).build())
            .tracedPercent(25)
            .apiLogRetention(RetentionDays.ONE_MONTH)
            .createLogRole(true)
            .build();
    var acme =
        rest.addApiKey(
            "Acme",
            FunctionApiKeyOptions.builder().rateLimit(10).burstLimit(20).dailyQuota(1000).build());
    var socket =
        FunctionWebSocketApi.Builder.create(stack, "Socket")
            .handler(small)
            .profile(profile)
            .routes(List.of("sendMessage", "leave"))
            .rateLimit(50)
            .burstLimit(60)
            .authorizer(new WebSocketLambdaAuthorizer("SocketAuthorizer", check))
            .apiLogRetention(RetentionDays.ONE_MONTH)
            .build();
    socket.grantManageConnections(
        Role.fromRoleArn(stack, "Reports", "arn:aws:iam::111111111111:role/reports"));

    var read = new Readings(stack);
    read.text("FunctionName", fn.getHandler().getFunctionName());
    read.text("AliasArn", fn.getAlias().getFunctionArn());
    read.text("DeadLetters", fn.getDeadLetterQueue().getQueueName());
    read.text("LogGroup", fn.getLogGroup().getLogGroupName());
    read.text("Role", fn.getRole().getRoleName());
    read.truth("HasPrincipal", fn.getGrantPrincipal() != null);
    read.text("Profile", fn.getProfile().getName());
    read.number("Percent", fn.getDeployment().getMinHealthyPercent());
    read.number("Timeout", fn.getTimeout().toSeconds());
    read.text("MigrationName", migration.getHandler().getFunctionName());
    read.text("MigrationLogs", migration.getLogGroup().getLogGroupName());
    read.number("MigrationTimeout", migration.getTimeout().toSeconds());
    read.number("SecurityGroups", fn.getConnections().getSecurityGroups().size());
    read.text("RestApiId", rest.getApi().getRestApiId());
    read.text("Stage", rest.getStage().getStageName());
    read.text("Url", rest.getUrl());
    read.text("KeyId", acme.getKeyId());
    read.text("SocketId", socket.getApi().getApiId());
    read.text("SocketStage", socket.getStage().getStageName());
    read.text("SocketUrl", socket.getUrl());
    read.text("CallbackUrl", socket.getCallbackUrl());
  }

  private static void writeDockerfile() {
    try {
      Files.createDirectories(Path.of("image"));
      Files.writeString(Path.of("image", "Dockerfile"), "FROM public.ecr.aws/lambda/python:3.14\n");
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  private ServerlessTour() {}
}
