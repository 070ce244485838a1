// What can be measured of a DynamoDB table.
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { calculated, Measure, published } from './measure';

const ofTable = (metricName: string): Measure =>
  published('AWS/DynamoDB', metricName, cloudwatch.Stats.SUM, (table) => ({ TableName: table.ref }));

const reads = ofTable('ReadThrottleEvents');
const writes = ofTable('WriteThrottleEvents');

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
export const TABLE_METRICS = {
  consumedReads: ofTable('ConsumedReadCapacityUnits'),
  consumedWrites: ofTable('ConsumedWriteCapacityUnits'),
  readThrottles: reads,
  writeThrottles: writes,
  // each is published only while there are some
  throttles: calculated('FILL(reads, 0) + FILL(writes, 0)', { reads, writes }),
};
