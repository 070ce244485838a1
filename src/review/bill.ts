// A bill in the making: what the rules are told, and what they say.
import { Price } from './prices';
import { Resource } from './template';

/** How much is used in a month. The defaults are those of the reference architecture, where it names one. */
export interface UsageAssumptions {
  /** Sent to the internet by load balancers, and by each distribution of CloudFront, GB. @default 10 */
  readonly transferOutGb?: number;
  /** Images kept in ECR, GB. @default 5 */
  readonly imageGb?: number;
  /** Written to log groups, GB. @default 5 */
  readonly logGb?: number;
  /** Through NAT gateways, GB: logs and calls of AWS services. Image layers go through the free S3 endpoint. @default 5 */
  readonly natGb?: number;
  /** Through interface endpoints, GB. @default 5 */
  readonly endpointGb?: number;
  /** Written by each flow log, GB. @default 1 */
  readonly flowLogGb?: number;
  /** Written by enhanced monitoring of each database, GB. @default 0.2 */
  readonly monitoringGb?: number;
  /** Kept in each bucket, GB. @default 1 */
  readonly bucketGb?: number;
  /** Kept on each file system, GB. @default 1 */
  readonly fileGb?: number;
  /** Read from each file system, and as much written to it, GB. @default 1 */
  readonly fileTrafficGb?: number;
  /** Requests that firewalls look at, that functions answer, and each distribution of CloudFront, millions. @default 1 */
  readonly requestMillions?: number;
  /** Alarm e-mails. @default 50 */
  readonly emails?: number;
  /** Requests to each queue that workers take from, millions: two tasks that wait ask a quarter of a million times. @default 1 */
  readonly queueRequestMillions?: number;
  /** Runs of each schedule and each workflow. @default 50 */
  readonly runs?: number;
  /** Duration of each run of a scheduled task, minutes. @default 5 */
  readonly taskMinutes?: number;
}

/** One line of the bill. */
export interface CostLine {
  /** Part of the bill, such as `Fargate`. */
  readonly group: string;
  /** What is bought. */
  readonly what: string;
  /** How much of it in a month. */
  readonly quantity: number;
  /** What is counted. */
  readonly unit: string;
  /** US dollars for one unit. */
  readonly unitPrice: number;
  /** US dollars a month. */
  readonly monthly: number;
  /** What else decides on the amount. */
  readonly note?: string;
  /** AWS's page where the price is published. */
  readonly source: string;
  /** Whether the price was found again on the day of the table. */
  readonly verified: boolean;
}

/** What the rules of one template set may ask. */
export interface Bill {
  /** Usage, defaults filled in. */
  readonly usage: Required<UsageAssumptions>;
  /** Every resource. */
  readonly resources: readonly Resource[];
  /** Add a line. */
  add(group: string, what: string, quantity: number, price: Price, note?: string): void;
  /** Say that a resource, or a part of its cost, is not in the total. */
  skip(type: string, why: string): void;
}
