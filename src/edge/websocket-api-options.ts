// What users may choose of a WebSocket API.
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { ApiFunction } from '../compute/api-function';
import { EnvironmentProfile } from '../environment-profile';

/** Options of a WebSocket API. */
export interface FunctionWebSocketApiOptions {
  /**
   * Values of `action` in messages that are routes of their own, such as `sendMessage`: in logs and metrics they are told apart. Any other message is of the route
   * `$default`. All go to the one function.
   *
   * @default - none beside `$connect`, `$disconnect` and `$default`
   */
  readonly routes?: string[];
  /** Messages a second, 1 or more, of all connections together. @default 500 */
  readonly rateLimit?: number;
  /** Messages at once, 1 or more, before the rate counts. @default 1000 */
  readonly burstLimit?: number;
  /**
   * Environment variable of the function for the endpoint by which it pushes. Set where the function is in the stack of the API; a second API of a function needs another.
   *
   * @default 'WEBSOCKET_CALLBACK_URL'
   */
  readonly callbackVariable?: string;
  /** Who may connect. Asked once for each connection. @default - anyone: the function checks its callers itself */
  readonly authorizer?: apigatewayv2.IWebSocketRouteAuthorizer;
  /** How long the access log is kept. @default logs.RetentionDays.TWO_WEEKS */
  readonly apiLogRetention?: logs.RetentionDays;
}

/** Properties of `FunctionWebSocketApi`. */
export interface FunctionWebSocketApiProps extends FunctionWebSocketApiOptions {
  /** The function that answers. It may push to connections. */
  readonly handler: ApiFunction;
  /** Defaults that depend on the environment. @default EnvironmentProfile.of(this) */
  readonly profile?: EnvironmentProfile;
}
