// [internal] The one event that the data floor sends and the compute floor listens to: a connection URL has changed.
import * as events from 'aws-cdk-lib/aws-events';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

/** Source of the event. A custom one, as `aws.` is reserved. */
export const CONNECTION_EVENT_SOURCE = 'cdk-patternbook';

/** Detail type of the event. Its detail is `{ secretArn }`, the ARN of the URL secret, and never the URL. */
export const CONNECTION_URL_CHANGED = 'Connection URL changed';

/** The pattern, on the default event bus, of a change of one URL secret. */
export function connectionUrlChanged(urlSecret: secretsmanager.ISecret): events.EventPattern {
  return {
    source: [CONNECTION_EVENT_SOURCE],
    detailType: [CONNECTION_URL_CHANGED],
    detail: { secretArn: [urlSecret.secretArn] },
  };
}
