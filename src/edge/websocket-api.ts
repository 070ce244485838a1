// A WebSocket API answered by one function.
import { Names, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { expectLogRole } from './api-log-role';
import { apiLogGroup } from './api-logs';
import { checkThrottle } from './rest-api-rules';
import { FunctionWebSocketApiProps } from './websocket-api-options';
import { ApiFunction } from '../compute/api-function';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge, acknowledgeInlinePolicies, acknowledgeWildcard } from '../private/acknowledge';

/** The stage that is called, as the alias of the function behind it. */
const LIVE = 'live';

/** In the access log, and nothing of what is in messages. */
const ACCESS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  event: '$context.eventType',
  route: '$context.routeKey',
  connectionId: '$context.connectionId',
  status: '$context.status',
  integrationLatency: '$context.integrationLatency',
  error: '$context.error.responseType',
};

/**
 * A WebSocket API whose connections and messages one function answers, by its alias: throttled, with an access log.
 *
 * The function may push to connections: `WEBSOCKET_CALLBACK_URL` is the endpoint of `PostToConnection`. It reads the id of a connection in its events, and keeps it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
 */
export class FunctionWebSocketApi extends Construct {
  /** The API. */
  public readonly api: apigatewayv2.WebSocketApi;
  /** The stage, `live`. */
  public readonly stage: apigatewayv2.WebSocketStage;
  /** Where clients connect, `wss://…/live`. */
  public readonly url: string;
  /** Where messages are pushed to connections, `https://…/live`. */
  public readonly callbackUrl: string;

  /**
   * Fails on limits below 1, on routes that API Gateway has itself, that are named twice, or that no message could name, and on a variable that the function has already.
   */
  constructor(scope: Construct, id: string, props: FunctionWebSocketApiProps) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    const { handler, authorizer, routes = [], rateLimit = 500, burstLimit = 1000 } = props;
    checkThrottle({ rateLimit, burstLimit });
    checkRoutes(routes);

    const integration = new WebSocketLambdaIntegration('Integration', handler.alias);
    this.api = new apigatewayv2.WebSocketApi(this, 'Api', {
      apiName: Names.uniqueResourceName(this, { maxLength: 50, separator: '-' }),
      description: this.node.path,
      routeSelectionExpression: '$request.body.action',
      connectRouteOptions: { integration, authorizer },
      disconnectRouteOptions: { integration },
      defaultRouteOptions: { integration },
    });
    routes.forEach((route) => this.api.addRoute(route, { integration }));
    // the integration that all routes share brings a permission for the first of them alone
    handler.alias.addPermission('Invoke', {
      scope: this,
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName: `${LIVE}/*` }),
    });
    this.acceptFindings(authorizer !== undefined);
    const accessLogs = apiLogGroup(this, 'AccessLogs', profile, props.apiLogRetention ?? 14);
    this.stage = new apigatewayv2.WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: LIVE,
      autoDeploy: true,
      throttle: { rateLimit, burstLimit },
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: new apigatewayv2.LogGroupLogDestination(accessLogs),
        format: apigateway.AccessLogFormat.custom(JSON.stringify(ACCESS)),
      },
    });
    expectLogRole(this, this.stage.node.defaultChild!, 'cdk-patternbook:FunctionWebSocketApiLogRole');
    this.url = this.stage.url;
    this.callbackUrl = this.stage.callbackUrl;
    this.letPush(handler, props.callbackVariable ?? 'WEBSOCKET_CALLBACK_URL');
  }

  /** Let a principal push messages to connections, look at them and close them. The function that answers may do so already. */
  public grantManageConnections(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions: ['execute-api:ManageConnections'], resourceArns: [this.connectionsArn] });
  }

  /** Connections of this stage; the methods are to send to one, to look at it and to close it. */
  private get connectionsArn(): string {
    return Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName: `${LIVE}/*/@connections/*` });
  }

  /** In a policy of the API's own stack: that of the function may be another, which does not depend on this one. */
  private letPush(handler: ApiFunction, variable: string): void {
    const policy = new iam.Policy(this, 'PushPolicy', {
      roles: [handler.role],
      statements: [new iam.PolicyStatement({ actions: ['execute-api:ManageConnections'], resources: [this.connectionsArn] })],
    });
    acknowledgeWildcard(policy, this.connectionsArn, 'connections come and go; all of them are of this one stage');
    acknowledgeInlinePolicies(policy);
    if (Stack.of(handler) === Stack.of(this)) handler.addEnvironment(variable, this.callbackUrl);
  }

  private acceptFindings(authorized: boolean): void {
    for (const route of this.api.node.children) {
      if (!(route instanceof apigatewayv2.WebSocketRoute) || (route.routeKey === '$connect' && !authorized)) continue;
      acknowledge(route, 'AwsSolutions-APIG4', 'API Gateway asks an authorizer when a client connects, and takes messages of connected clients alone');
    }
  }
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html */
function checkRoutes(routes: readonly string[]): void {
  routes.forEach((route, index) => {
    if (Token.isUnresolved(route)) throw new Error("'routes' must be known at synthesis, since they are the ids of what is made for them, got a token: write the names out");
    if (['$connect', '$disconnect', '$default'].includes(route)) {
      throw new Error(`'routes' must be those beside $connect, $disconnect and $default, got '${route}': leave it out, it is made in any case`);
    }
    if (!/^[A-Za-z0-9_.-]{1,128}$/.test(route)) {
      throw new Error(`'routes' must be 1 to 128 letters, digits, '_', '.' and '-', got '${route}': rename it`);
    }
    if (routes.indexOf(route) !== index) throw new Error(`'routes' must differ, got '${route}' twice: leave one out`);
  });
}
