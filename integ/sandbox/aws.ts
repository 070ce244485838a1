// The emulator's API as the supervisor reads it.
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Account of the sandbox, which its access key names. */
export const ACCOUNT = '000000000000';
/** Region of the sandbox. */
export const REGION = 'us-east-1';

/** What every client of the emulator is made with. */
export function clientConfig(endpoint: string) {
  // the clients would announce on every start which versions of Node they will need one day
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  return { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 2 };
}

/** Clients of the emulator. */
export class Aws {
  public readonly cloudWatch: CloudWatchClient;
  public readonly ec2: EC2Client;
  public readonly ecs: ECSClient;
  public readonly elb: ElasticLoadBalancingV2Client;
  public readonly iam: IAMClient;
  public readonly rds: RDSClient;
  public readonly secrets: SecretsManagerClient;

  constructor(public readonly endpoint: string) {
    const config = clientConfig(endpoint);
    this.cloudWatch = new CloudWatchClient(config);
    this.ec2 = new EC2Client(config);
    this.ecs = new ECSClient(config);
    this.elb = new ElasticLoadBalancingV2Client(config);
    this.iam = new IAMClient(config);
    this.rds = new RDSClient(config);
    this.secrets = new SecretsManagerClient(config);
  }

  /** An operation of a service that speaks JSON and has no client here. */
  public json<T>(service: string, target: string, body: unknown): Promise<T> {
    return this.request('POST', service, '', target, body, { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target });
  }

  /** What a function answers. */
  public invoke<T>(functionArn: string, event: unknown): Promise<T> {
    return this.request('POST', 'lambda', `/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`, functionArn, event, {});
  }

  /** What a service that speaks REST has at a path. */
  public get<T>(service: string, path: string): Promise<T> {
    return this.request('GET', service, path, path, undefined, {});
  }

  private async request<T>(
    method: string, service: string, path: string, name: string, body: unknown, headers: { readonly [name: string]: string },
  ): Promise<T> {
    const response = await fetch(this.endpoint + path, {
      method,
      headers: {
        ...headers,
        Authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${name} answered ${response.status}: ${answer.slice(0, 300)}`);
    return JSON.parse(answer || '{}') as T;
  }
}
