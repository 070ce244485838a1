// [internal] Times known only at deployment as attributes of load balancers and target groups, which are texts.
import { Duration, Tokenization } from 'aws-cdk-lib';

/** A load balancer or a target group. */
export interface WithAttributes {
  setAttribute(key: string, value: string | undefined): void;
}

/** A time for a prop of aws-cdk-lib, which would take a token for the number that encodes it: those go by `setIfToken()`. */
export function ifKnown(time: Duration | undefined): Duration | undefined {
  return time?.isUnresolved() ? undefined : time;
}

/** Set an attribute to a token in seconds. What is known has been given by a prop. */
export function setIfToken(target: WithAttributes, attribute: string, time: Duration | undefined): void {
  if (time?.isUnresolved()) target.setAttribute(attribute, Tokenization.stringifyNumber(time.toSeconds()));
}
