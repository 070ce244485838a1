// How a serverless app is asked for.
import { ApiFunctionOptions } from '../compute/api-function-options';
import { AppDomain } from '../edge/app-domain';
import { FunctionRestApiOptions } from '../edge/rest-api-options';
import { StaticSiteOptions } from '../edge/static-site-options';
import { FunctionWebSocketApiOptions } from '../edge/websocket-api-options';
import { EnvironmentProfile } from '../environment-profile';
import { IAppNetwork } from '../network/app-network';
import { AlarmThresholds } from '../operations/alarm-threshold';
import { IAlertTopic } from '../operations/alert-topic';

/** Options of the function of the app, and of the REST API before it. */
export interface PwaApiOptions extends ApiFunctionOptions, FunctionRestApiOptions {
  /** Path under which the site serves the API. The function gets it as it is, the prefix included. @default '/api/*' */
  readonly pathPattern?: string;
}

/** Options of a WebSocket API of the app. */
export interface PwaWebSocketOptions extends FunctionWebSocketApiOptions {
  /** Path under which the site serves it. @default '/ws' */
  readonly pathPattern?: string;
  /** Thresholds of its alarms. @default - those of the app */
  readonly thresholds?: AlarmThresholds;
}

/** Properties of `ServerlessPwaApp`. */
export interface ServerlessPwaAppProps {
  /**
   * The function that answers, and its REST API. By default its service name is the id of the app in lower case, and the origins that may call are those of the domain.
   */
  readonly api: PwaApiOptions;
  /** The site. @default - an empty one, to be filled by the pipeline */
  readonly site?: StaticSiteOptions;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
  /** Run the function in the app tier of this network, which databases need. @default - outside any VPC */
  readonly network?: IAppNetwork;
  /** Public name. @default - the distribution's own name */
  readonly domain?: AppDomain;
  /** Who is told about alarms. @default - nobody, with a warning at synthesis */
  readonly alerts?: IAlertTopic;
  /** Define the standard alarms for everything added. Releases of the function roll back on those of function and REST API, and in any case on failed runs of the new version. @default true */
  readonly alarms?: boolean;
  /** Thresholds of the alarms. @default - standard */
  readonly thresholds?: AlarmThresholds;
  /** Show everything added on a dashboard. @default - from the profile: true in prod */
  readonly dashboard?: boolean;
}
