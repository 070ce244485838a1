// Wiring only: which block is made, in which order, and what each is told of the others.
import { Token } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, IConstruct } from 'constructs';
import { AppDatabaseOptions } from './app-options';
import { PwaWebSocketOptions, ServerlessPwaAppProps } from './serverless-pwa-options';
import { ApiFunction } from '../compute/api-function';
import { PrivatePostgres } from '../data/private-postgres';
import { AppDomain } from '../edge/app-domain';
import { FunctionRestApi } from '../edge/rest-api';
import { StaticSite } from '../edge/static-site';
import { FunctionWebSocketApi } from '../edge/websocket-api';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';
import { AlarmThresholds } from '../operations/alarm-threshold';
import { OperationsDashboard } from '../operations/operations-dashboard';
import { StandardAlarms } from '../operations/standard-alarms';
import { refuseTwice } from '../private/refuse-twice';

/**
 * A progressive web app without servers: a site on CloudFront, and its API in one Lambda function under the same name, with alarms and dashboard.
 *
 * The site answers what is not below the path of an API. Pages and API have one origin, so that browsers send cookies and need no CORS.
 * Every part is a block of its own, readable as a member.
 *
 * CloudWatch keeps the metrics of CloudFront in us-east-1: elsewhere a warning says that the distribution has no alarm, until `StandardAlarms` of a stack there watches it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-values-specify.html
 * @example
 * const pwa = new ServerlessPwaApp(this, 'Shop', {
 *   api: { code: FunctionCode.ecr(images, 'v1'), createLogRole: true },
 *   domain: AppDomain.fromHostedZone(zone, 'shop.example.com'),
 *   alerts: new AlertTopic(this, 'Alerts', { emails: ['ops@example.com'] }),
 *   network,
 * });
 * pwa.api.useDatabase(pwa.addDatabase('Database'));
 * pwa.addWebSocket('WebSocket', { routes: ['sendMessage'] });
 */
export class ServerlessPwaApp extends Construct {
  /** Defaults that depend on the environment. */
  public readonly profile: EnvironmentProfile;
  /** The function that answers. */
  public readonly api: ApiFunction;
  /** The REST API before it. */
  public readonly restApi: FunctionRestApi;
  /** The site, before which the APIs stand. */
  public readonly site: StaticSite;
  /** Its alarms. `monitor()` adds those of resources made elsewhere. Empty with `alarms: false`. */
  public readonly alarms: StandardAlarms;
  /** Its dashboard. `addMetrics()` adds metrics of the app's own. Without a resource while it has nothing to show. */
  public readonly dashboard: OperationsDashboard;

  private readonly network?: IAppNetwork;
  private readonly watches: boolean;
  private readonly shows: boolean;
  private readonly webSockets: Construct;
  private readonly databases: Construct;

  constructor(scope: Construct, id: string, props: ServerlessPwaAppProps) {
    super(scope, id);
    this.profile = props.profile ?? EnvironmentProfile.of(this);
    const { profile } = this;
    const { domain, network } = props;
    this.network = network;
    this.watches = props.alarms ?? true;
    this.shows = props.dashboard ?? profile.dashboard;

    const { serviceName = id.toLowerCase(), corsOrigins = originsOf(domain), pathPattern = '/api/*' } = props.api;
    this.api = new ApiFunction(this, 'Api', { ...props.api, serviceName, network, profile });
    this.restApi = new FunctionRestApi(this, 'RestApi', { ...props.api, corsOrigins, handler: this.api, profile });
    this.site = new StaticSite(this, 'Site', { ...props.site, domain, profile });
    this.site.addRestApi(pathPattern, this.restApi);
    this.webSockets = new Construct(this, 'WebSockets');
    this.databases = new Construct(this, 'Databases');
    this.alarms = new StandardAlarms(this, 'Alarms', { alerts: props.alerts, thresholds: props.thresholds });
    this.dashboard = new OperationsDashboard(this, 'Dashboard');

    this.operate(this.site);
    // a function that answers 5xx has not failed. CodeDeploy takes ten alarms, so that those of WebSocket APIs are not among them
    this.api.rollbackOn(...this.operate(this.restApi), ...this.operate(this.api.handler));
    // one message of old would stop every release
    this.operate(this.api.deadLetterQueue);
  }

  /**
   * Add a WebSocket API that the same function answers. The function may push to its connections by `WEBSOCKET_CALLBACK_URL`.
   *
   * Its alarms and its part of the dashboard come with it. A second one needs a path and a `callbackVariable` of its own.
   * Fails if the app has a WebSocket API of this id, and on a path that another API hides.
   */
  public addWebSocket(id: string, options: PwaWebSocketOptions = {}): FunctionWebSocketApi {
    refuseTwice('WebSocket API', this.webSockets, id);
    const api = new FunctionWebSocketApi(this.webSockets, id, { ...options, handler: this.api, profile: this.profile });
    this.site.addWebSocketApi(options.pathPattern ?? '/ws', api);
    this.operate(api, options.thresholds);
    return api;
  }

  /**
   * Add a PostgreSQL database in the data tier of the app's network. The function gets it by `api.useDatabase()`. Its read replicas, by `addReadReplica()`, are watched and
   * shown as it is.
   *
   * Fails if the app has no network, and if it has a database of this id.
   */
  public addDatabase(id: string, options: AppDatabaseOptions = {}): PrivatePostgres {
    if (!this.network) {
      throw new Error(`'network' of '${this.node.path}' must be given for a database, got none: the function reaches it in a VPC alone, so pass new AppNetwork()`);
    }
    refuseTwice('database', this.databases, id);
    const database = new PrivatePostgres(this.databases, id, { ...options, network: this.network, profile: this.profile });
    this.operate(database, options.thresholds);
    database._onReadReplica((replica) => this.operate(replica, options.thresholds));
    return database;
  }

  /** Alarms and dashboard of what was just added. */
  private operate(part: IConstruct, thresholds?: AlarmThresholds): Alarm[] {
    if (this.shows) this.dashboard.show(part);
    return this.watches ? this.alarms.monitor(part, { thresholds }) : [];
  }
}

/** Origins of the pages of the site: none while it has no name but the distribution's, which is known at deployment. Pages of names that redirect are never seen. */
function originsOf(domain?: AppDomain): string[] {
  if (!domain) return [];
  const names = [domain.domainName, ...domain.alternativeNames];
  return names.filter((name) => !name.includes('*')).map((name) => `https://${Token.isUnresolved(name) ? name : name.toLowerCase()}`);
}
