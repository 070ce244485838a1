package com.example.tour;

import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.GhcrMirror;
import io.github.cdkpatternbook.GitHubDeliveryRole;
import io.github.cdkpatternbook.IContainerCluster;
import io.github.cdkpatternbook.ImageRepository;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.ecr.assets.Platform;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** Images: a repository with the commands that fill it, GitHub's registry by way of ECR, and the pipeline that pushes and deploys. */
final class ImagesTour {

  static void imagesTour(App app, EnvironmentProfile profile, IContainerCluster cluster) {
    var stack = new Stack(app, "Images");
    var images = new ImageRepository(stack, "Images");
    var mirror =
        GhcrMirror.Builder.create(stack, "Mirror")
            .credentials(
                Secret.fromSecretCompleteArn(
                    stack,
                    "Token",
                    "arn:aws:secretsmanager:eu-south-1:111111111111:secret:ecr-pullthroughcache/tour-AbCdEf"))
            .prefix("tour")
            .keepImages(5)
            .tagMutability(TagMutability.MUTABLE)
            .build();
    ContainerService.Builder.create(stack, "Mirrored")
        .cluster(cluster)
        .profile(profile)
        .image(mirror.image("acme/api", "1.4.0"))
        .port(80)
        .build();

    var production =
        GitHubDeliveryRole.Builder.create(stack, "Production")
            .repository("acme@123456/api@456789")
            .environment("production")
            .regions(List.of("eu-south-1", "us-east-1"))
            .maxSessionDuration(Duration.hours(2))
            .build();
    var nightly =
        GitHubDeliveryRole.Builder.create(stack, "Nightly")
            .repository("acme@123456/api@456789")
            .branch("nightly")
            .provider(production.getProvider())
            .deploysCdk(false)
            .build();
    images.grantPullPush(nightly);

    var read = new Readings(stack);
    read.text("LoginCommand", images.getLoginCommand());
    read.text("PushCommand", images.pushCommand("v7", "service", Platform.LINUX_ARM64));
    read.text("Prefix", mirror.getPrefix());
    read.text("ValidateCommand", mirror.getValidateCommand());
    read.text("RoleArn", production.getRole().getRoleArn());
    read.text("GrantAction", production.getGrantPrincipal().getAssumeRoleAction());
    read.text("ProviderArn", nightly.getProvider().getOidcProviderArn());
    read.text("Subject", nightly.getSubject());
  }

  private ImagesTour() {}
}
