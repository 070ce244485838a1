// The price table: what AWS asks for the resources of this library's templates. Dated, so that its age is seen wherever a total is.

/** Region of the prices. */
export const PRICE_REGION = 'us-east-1';

/** Hours of a month, as AWS's own calculator counts them. */
export const HOURS_PER_MONTH = 730;

/** One list price, on demand, without free tiers and discounts. */
export interface Price {
  /** US dollars for one unit. */
  readonly usd: number;
  /** What is counted. */
  readonly unit: string;
  /** AWS's page where the price is published. */
  readonly source: string;
  /** Day on which the figure was last compared. */
  readonly checked: string;
  /**
   * Whether the figure was found again on that day, on a stored copy of AWS's page or in figures that others publish.
   *
   * AWS renders the figures of its pages in the browser, so a page as it is stored or downloaded shows few of them. Where this is false
   * the figure is the one known before, and the page is where to look.
   */
  readonly verified: boolean;
  /** What else decides on the amount. */
  readonly note?: string;
}

/** Day of the table. */
export const PRICES_CHECKED = '2026-11-21';

const aws = (page: string): string => `https://aws.amazon.com/${page}/`;
const FARGATE = aws('fargate/pricing');
const POSTGRES = aws('rds/postgresql/pricing');
const CLOUDWATCH = aws('cloudwatch/pricing');
const VPC = aws('vpc/pricing');
const EFS = aws('efs/pricing');

const seen = (usd: number, unit: string, source: string, note?: string): Price =>
  ({ usd, unit, source, checked: PRICES_CHECKED, verified: true, note });
const unseen = (usd: number, unit: string, source: string, note?: string): Price =>
  ({ usd, unit, source, checked: PRICES_CHECKED, verified: false, note });

const SPOT = 'counted at 70 % off, the most that AWS names: it varies with supply';

/** Prices by what is bought. */
export const PRICES = {
  fargateX86Cpu: seen(0.04048, 'vCPU-hour', FARGATE),
  fargateX86Memory: seen(0.004445, 'GB-hour', FARGATE),
  fargateArmCpu: seen(0.03238, 'vCPU-hour', FARGATE),
  fargateArmMemory: seen(0.00356, 'GB-hour', FARGATE),
  fargateSpotX86Cpu: unseen(0.012144, 'vCPU-hour', FARGATE, SPOT),
  fargateSpotX86Memory: unseen(0.0013335, 'GB-hour', FARGATE, SPOT),
  fargateSpotArmCpu: unseen(0.009714, 'vCPU-hour', FARGATE, SPOT),
  fargateSpotArmMemory: unseen(0.001068, 'GB-hour', FARGATE, SPOT),
  fargateStorage: seen(0.000111, 'GB-hour', FARGATE, 'beyond the 20 GB that every task has'),

  postgresStorage: seen(0.115, 'GB-month', POSTGRES, 'gp3; backups up to the size of the database are free'),
  postgresStorageMultiAz: seen(0.23, 'GB-month', POSTGRES, 'gp3; backups up to the size of the database are free'),
  postgresBackup: seen(0.095, 'GB-month', POSTGRES, 'beyond the size of the database'),

  // found in figures that others publish, on a later day than the table
  postgresProxy: { ...seen(0.015, 'vCPU-hour', aws('rds/proxy/pricing'), 'of the instance behind it, 2 at least'), checked: '2026-11-30' },

  loadBalancer: seen(0.0225, 'hour', aws('elasticloadbalancing/pricing')),
  loadBalancerCapacity: seen(0.008, 'LCU-hour', aws('elasticloadbalancing/pricing'), 'by traffic, 1 GB to an LCU-hour; many connections or rules cost more'),

  natGateway: seen(0.045, 'hour', VPC),
  natData: seen(0.045, 'GB', VPC),
  publicIpv4: seen(0.005, 'hour', VPC),
  interfaceEndpoint: seen(0.01, 'hour and zone', aws('privatelink/pricing')),
  interfaceEndpointData: seen(0.01, 'GB', aws('privatelink/pricing')),
  transferOut: seen(0.09, 'GB', aws('ec2/pricing/on-demand'), 'the first 100 GB of an account are free and not deducted here'),

  edgeTransfer: seen(0.085, 'GB', aws('cloudfront/pricing'), 'to North America and Europe; the first TB of an account is free and not deducted here'),
  edgeRequests: seen(1, 'million requests', aws('cloudfront/pricing'), 'by HTTPS, in North America and Europe; the first 10 million of an account are free and not deducted here'),
  edgeFunction: seen(0.1, 'million runs', aws('cloudfront/pricing'), 'the first 2 million of an account are free and not deducted here'),

  webAcl: seen(5, 'month', aws('waf/pricing')),
  webAclRule: seen(1, 'month', aws('waf/pricing')),
  webAclRequests: seen(0.6, 'million requests', aws('waf/pricing')),

  secret: seen(0.4, 'month', aws('secrets-manager/pricing')),
  key: seen(1, 'month', aws('kms/pricing'), 'a rotated key costs 1 more a month after its first and again after its second rotation'),

  logsIngested: seen(0.5, 'GB', CLOUDWATCH),
  logsStored: seen(0.03, 'GB-month', CLOUDWATCH, 'compressed to about 15 %'),
  flowLogsToBucket: unseen(0.25, 'GB', CLOUDWATCH),
  customMetric: seen(0.3, 'month', CLOUDWATCH),
  alarmMetric: unseen(0.1, 'month', CLOUDWATCH, 'for each metric of an alarm; standard resolution'),
  compositeAlarm: unseen(0.5, 'month', CLOUDWATCH),
  dashboard: seen(3, 'month', CLOUDWATCH),

  fileStorage: seen(0.3, 'GB-month', EFS, 'standard class; what moved to infrequent access costs a tenth or less'),
  fileReads: seen(0.03, 'GB', EFS, 'elastic throughput'),
  fileWrites: seen(0.06, 'GB', EFS, 'elastic throughput'),
  fileBackup: unseen(0.05, 'GB-month', aws('backup/pricing'), 'the first backup holds all, later ones what has changed'),

  images: seen(0.1, 'GB-month', aws('ecr/pricing')),
  bucketStorage: unseen(0.023, 'GB-month', aws('s3/pricing')),
  emails: seen(0.00002, 'e-mail', aws('sns/pricing'), '2 for 100,000'),
  hostedZone: unseen(0.5, 'month', aws('route53/pricing')),
  expressWorkflow: unseen(0.000001, 'run', aws('step-functions/pricing'), '1 for a million, and less for their duration'),
  restRequests: unseen(3.5, 'million requests', aws('api-gateway/pricing'), 'the first million of a new account is free for a year'),
  restCache: unseen(0.02, 'hour', aws('api-gateway/pricing')),
  socketMessages: unseen(1, 'million messages', aws('api-gateway/pricing'), 'of up to 32 KB each'),
  functionRuns: unseen(0.2, 'million runs', aws('lambda/pricing'), 'the first million of an account is free'),
  functionArm: unseen(0.0000133334, 'GB-second', aws('lambda/pricing'), 'the first 400,000 of an account are free'),
  functionX86: unseen(0.0000166667, 'GB-second', aws('lambda/pricing'), 'the first 400,000 of an account are free'),
  queueRequests: unseen(0.4, 'million requests', aws('sqs/pricing'), 'queues with order 0.5; the first million of an account is free'),
  schedule: unseen(0.000001, 'run', aws('eventbridge/pricing'), '1 for a million; the first 14 million of an account are free'),
  volume: unseen(0.08, 'GB-month', aws('ebs/pricing'), 'gp3'),
} as const satisfies Record<string, Price>;

/** Prices of EC2 instances by type, Linux, on demand. */
export const EC2_INSTANCES: { readonly [instanceType: string]: Price } = {
  't4g.nano': unseen(0.0042, 'hour', aws('ec2/pricing/on-demand')),
  't4g.micro': unseen(0.0084, 'hour', aws('ec2/pricing/on-demand')),
  't3.nano': unseen(0.0052, 'hour', aws('ec2/pricing/on-demand')),
  't3.micro': unseen(0.0104, 'hour', aws('ec2/pricing/on-demand')),
};

/** vCPUs of RDS instances by size, the same in all families that RDS has for PostgreSQL today. */
export const INSTANCE_CPUS: { readonly [size: string]: number } = {
  'micro': 2, 'small': 2, 'medium': 2, 'large': 2, 'xlarge': 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32, '12xlarge': 48, '16xlarge': 64, '24xlarge': 96, '48xlarge': 192,
};

/** Prices of PostgreSQL instances by class: alone, and with a standby. */
export const POSTGRES_INSTANCES: { readonly [instanceClass: string]: { readonly single: Price; readonly multiAz: Price } } = {
  'db.t3.micro': { single: seen(0.018, 'hour', POSTGRES), multiAz: unseen(0.036, 'hour', POSTGRES) },
  'db.t3.small': { single: seen(0.036, 'hour', POSTGRES), multiAz: unseen(0.072, 'hour', POSTGRES) },
  'db.t3.medium': { single: unseen(0.072, 'hour', POSTGRES), multiAz: unseen(0.145, 'hour', POSTGRES) },
  'db.t3.large': { single: seen(0.145, 'hour', POSTGRES), multiAz: unseen(0.29, 'hour', POSTGRES) },
  'db.t4g.micro': { single: seen(0.016, 'hour', POSTGRES), multiAz: seen(0.032, 'hour', POSTGRES) },
  'db.t4g.small': { single: seen(0.032, 'hour', POSTGRES), multiAz: seen(0.065, 'hour', POSTGRES) },
  'db.t4g.medium': { single: seen(0.065, 'hour', POSTGRES), multiAz: unseen(0.129, 'hour', POSTGRES) },
  'db.t4g.large': { single: seen(0.129, 'hour', POSTGRES), multiAz: unseen(0.258, 'hour', POSTGRES) },
};
