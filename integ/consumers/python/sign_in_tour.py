"""Routes whose users sign in: at a provider that speaks OpenID Connect, and in a pool of Cognito."""

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_cognito import CognitoDomainOptions, OAuthFlows, OAuthSettings, UserPool
from aws_cdk.aws_ecs import ContainerImage
from aws_cdk.aws_elasticloadbalancingv2 import UnauthenticatedAction
from aws_cdk.aws_secretsmanager import Secret
from cdk_patternbook import (
    ContainerService,
    EnvironmentProfile,
    IContainerCluster,
    IWebEntry,
    Route,
    RouteAuthentication,
)
from readings import Readings


def sign_in_tour(app: App, profile: EnvironmentProfile, cluster: IContainerCluster, entry: IWebEntry) -> None:
    stack = Stack(app, "SignIn")

    def service(id: str) -> ContainerService:
        image = ContainerImage.from_registry("public.ecr.aws/nginx/nginx:1")
        return ContainerService(stack, id, cluster=cluster, profile=profile, image=image, port=80)

    entry.add_route(
        "Staff",
        route=Route.path("/staff/*"),
        service=service("Staff"),
        authentication=RouteAuthentication.oidc(
            issuer="https://login.example.com",
            authorization_endpoint="https://login.example.com/authorize",
            token_endpoint="https://login.example.com/token",
            user_info_endpoint="https://login.example.com/userinfo",
            client_id="tour",
            client_secret=Secret.from_secret_name_v2(stack, "ClientSecret", "login"),
            client_secret_field="clientSecret",
            scope="openid email",
            session_timeout=Duration.hours(8),
            session_cookie_name="StaffSession",
            on_unauthenticated=UnauthenticatedAction.DENY,
        ),
    )

    route = Route.path("/members/*")
    callback_url = RouteAuthentication.callback_url(entry.url_of(route))
    user_pool = UserPool(stack, "Pool")
    user_pool_client = user_pool.add_client(
        "Client",
        generate_secret=True,
        o_auth=OAuthSettings(flows=OAuthFlows(authorization_code_grant=True), callback_urls=[callback_url]),
    )
    user_pool_domain = user_pool.add_domain("Domain", cognito_domain=CognitoDomainOptions(domain_prefix="tour-members"))
    entry.add_route(
        "Members",
        route=route,
        service=service("Members"),
        authentication=RouteAuthentication.cognito(
            user_pool=user_pool, user_pool_client=user_pool_client, user_pool_domain=user_pool_domain
        ),
    )
    Readings(stack).text("CallbackUrl", callback_url)
