package com.example.tour;

import io.github.cdkpatternbook.CognitoAuthenticationOptions;
import io.github.cdkpatternbook.ContainerService;
import io.github.cdkpatternbook.EnvironmentProfile;
import io.github.cdkpatternbook.IContainerCluster;
import io.github.cdkpatternbook.IWebEntry;
import io.github.cdkpatternbook.OidcAuthenticationOptions;
import io.github.cdkpatternbook.Route;
import io.github.cdkpatternbook.RouteAuthentication;
import io.github.cdkpatternbook.WebRouteProps;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cognito.CognitoDomainOptions;
import software.amazon.awscdk.services.cognito.OAuthFlows;
import software.amazon.awscdk.services.cognito.OAuthSettings;
import software.amazon.awscdk.services.cognito.UserPool;
import software.amazon.awscdk.services.cognito.UserPoolClientOptions;
import software.amazon.awscdk.services.cognito.UserPoolDomainOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.elasticloadbalancingv2.UnauthenticatedAction;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** Routes whose users sign in: at a provider that speaks OpenID Connect, and in a pool of Cognito. */
final class SignInTour {

  static void signInTour(
      App app, EnvironmentProfile profile, IContainerCluster cluster, IWebEntry entry) {
    var stack = new Stack(app, "SignIn");
    entry.addRoute(
        "Staff",
        WebRouteProps.builder()
            .route(Route.path("/staff/*"))
            .service(service(stack, profile, cluster, "Staff"))
            .authentication(
                RouteAuthentication.oidc(
                    OidcAuthenticationOptions.builder()
                        .issuer("https://login.example.com")
                        .authorizationEndpoint("https://login.example.com/authorize")
                        .tokenEndpoint("https://login.example.com/token")
                        .userInfoEndpoint("https://login.example.com/userinfo")
                        .clientId("tour")
                        .clientSecret(Secret.fromSecretNameV2(stack, "ClientSecret", "login"))
                        .clientSecretField("clientSecret")
                        .scope("openid email")
                        .sessionTimeout(Duration.hours(8))
                        .sessionCookieName("StaffSession")
                        .onUnauthenticated(UnauthenticatedAction.DENY)
                        .build()))
            .build());

    var route = Route.path("/members/*");
    var callbackUrl = RouteAuthentication.callbackUrl(entry.urlOf(route));
    var userPool = new UserPool(stack, "Pool");
    var userPoolClient =
        userPool.addClient(
            "Client",
            UserPoolClientOptions.builder()
                .generateSecret(true)
                .oAuth(
                    OAuthSettings.builder()
                        .flows(OAuthFlows.builder().authorizationCodeGrant(true).build())
                        .callbackUrls(List.of(callbackUrl))
                        .build())
                .build());
    var userPoolDomain =
        userPool.addDomain(
            "Domain",
            UserPoolDomainOptions.builder()
                .cognitoDomain(CognitoDomainOptions.builder().domainPrefix("tour-members").build())
                .build());
    entry.addRoute(
        "Members",
        WebRouteProps.builder()
            .route(route)
            .service(service(stack, profile, cluster, "Members"))
            .authentication(
                RouteAuthentication.cognito(
                    CognitoAuthenticationOptions.builder()
                        .userPool(userPool)
                        .userPoolClient(userPoolClient)
                        .userPoolDomain(userPoolDomain)
                        .build()))
            .build());
    new Readings(stack).text("CallbackUrl", callbackUrl);
  }

  private static ContainerService service(
      Stack stack, EnvironmentProfile profile, IContainerCluster cluster, String id) {
    return ContainerService.Builder.create(stack, id)
        .cluster(cluster)
        .profile(profile)
        .image(ContainerImage.fromRegistry("public.ecr.aws/nginx/nginx:1"))
        .port(80)
        .build();
  }

  private SignInTour() {}
}
