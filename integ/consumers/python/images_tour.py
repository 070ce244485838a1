"""Images: a repository with the commands that fill it, GitHub's registry by way of ECR, and the pipeline that pushes and deploys."""

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_ecr import TagMutability
from aws_cdk.aws_ecr_assets import Platform
from aws_cdk.aws_secretsmanager import Secret
from cdk_patternbook import (
    ContainerService,
    EnvironmentProfile,
    GhcrMirror,
    GitHubDeliveryRole,
    IContainerCluster,
    ImageRepository,
)
from readings import Readings


def images_tour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster) -> None:
    stack = Stack(app, "Images")
    images = ImageRepository(stack, "Images")
    mirror = GhcrMirror(
        stack,
        "Mirror",
        credentials=Secret.from_secret_complete_arn(
            stack, "Token", "arn:aws:secretsmanager:eu-south-1:111111111111:secret:ecr-pullthroughcache/tour-AbCdEf"
        ),
        prefix="tour",
        keep_images=5,
        tag_mutability=TagMutability.MUTABLE,
    )
    ContainerService(
        stack, "Mirrored", cluster=cluster, profile=profile, image=mirror.image("acme/api", "1.4.0"), port=80
    )

    production = GitHubDeliveryRole(
        stack,
        "Production",
        repository="acme@123456/api@456789",
        environment="production",
        regions=["eu-south-1", "us-east-1"],
        max_session_duration=Duration.hours(2),
    )
    nightly = GitHubDeliveryRole(
        stack,
        "Nightly",
        repository="acme@123456/api@456789",
        branch="nightly",
        provider=production.provider,
        deploys_cdk=False,
    )
    images.grant_pull_push(nightly)

    read = Readings(stack)
    read.text("LoginCommand", images.login_command)
    read.text("PushCommand", images.push_command("v7", "service", Platform.LINUX_ARM64))
    read.text("Prefix", mirror.prefix)
    read.text("ValidateCommand", mirror.validate_command)
    read.text("RoleArn", production.role.role_arn)
    read.text("GrantAction", production.grant_principal.assume_role_action)
    read.text("ProviderArn", nightly.provider.oidc_provider_arn)
    read.text("Subject", nightly.subject)
