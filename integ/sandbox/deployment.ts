// Deploys the stacks of a cloud assembly by CloudFormation's API: the CLI's own start and polling take longer than the deployment.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { promisify } from 'util';
import {
  CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, Stack, StackEvent,
  UpdateStackCommand, UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssemblyStack, FileAsset, readAssembly } from './assembly';
import { ACCOUNT, Aws, clientConfig, REGION } from './aws';
import { sleep } from './processes';

const STACK_SECONDS = 900;
const POLL_MILLISECONDS = 150;
const TEMPLATE_BODY_BYTES = 51_200;
const TEMPLATE_BUCKET = 'sandbox-templates';
const CAPABILITIES = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;

/** What happens to a resource while a stack is deployed. */
export interface Progress {
  readonly stackName: string;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
}

/** Outputs by stack and name. */
export interface Outputs {
  readonly [stackName: string]: { readonly [name: string]: string };
}

/** Deploys to one emulator. */
export class Deployer {
  private readonly cloudformation: CloudFormationClient;
  private readonly s3: S3Client;
  private readonly aws: Aws;
  private readonly published = new Map<string, Promise<void>>();

  constructor(endpoint: string, private readonly python: string) {
    this.cloudformation = new CloudFormationClient(clientConfig(endpoint));
    this.s3 = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
    this.aws = new Aws(endpoint);
  }

  /**
   * Deploy the stacks of an assembly, those at once that do not depend on each other.
   *
   * @param stackNames those to deploy; all unless given
   */
  public async deploy(folder: string, stackNames?: readonly string[], onProgress?: (progress: Progress) => void): Promise<Outputs> {
    const stacks = readAssembly(folder).filter(({ stackName, id }) => !stackNames || stackNames.includes(stackName) || stackNames.includes(id));
    if (stacks.length === 0) throw new Error(`no stack of ${folder} is named ${stackNames?.join(', ')}`);
    const deployments = new Map<string, Promise<[string, { [name: string]: string }]>>();
    const start = (stack: AssemblyStack): Promise<[string, { [name: string]: string }]> => {
      const before = stack.dependencies.map((id) => stacks.find((other) => other.id === id)).filter((other) => other !== undefined);
      const deployment = deployments.get(stack.id) ?? Promise.all(before.map(start)).then(() => this.deployStack(stack, onProgress));
      deployments.set(stack.id, deployment);
      return deployment;
    };
    const results = await Promise.allSettled(stacks.map(start));
    const failures = [...new Set(results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : [])))];
    if (failures.length > 0) throw new Error(failures.join('\n'));
    return Object.fromEntries(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  }

  /** Delete stacks in the order given. */
  public async destroy(stackNames: readonly string[], onProgress?: (progress: Progress) => void): Promise<void> {
    for (const StackName of stackNames) {
      if (!await this.describe(StackName)) continue;
      await this.cloudformation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
      await this.operate(StackName, onProgress, () => this.cloudformation.send(new DeleteStackCommand({ StackName })));
    }
  }

  private async deployStack(stack: AssemblyStack, onProgress?: (progress: Progress) => void): Promise<[string, { [name: string]: string }]> {
    for (const asset of stack.assets) await this.publish(asset);
    await this.provideBootstrapVersion(stack.template);
    const { stackName: StackName } = stack;
    let existing = await this.describe(StackName);
    if (existing?.StackStatus === 'ROLLBACK_COMPLETE') {
      await this.destroy([StackName]);
      existing = undefined;
    }
    const input = {
      StackName,
      ...await this.templateOf(stack),
      Capabilities: [...CAPABILITIES],
      Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    };
    const done = await this.operate(StackName, onProgress, () => (existing
      ? this.cloudformation.send(new UpdateStackCommand(input)).catch(unlessUnchanged)
      : this.cloudformation.send(new CreateStackCommand({ ...input, EnableTerminationProtection: stack.terminationProtection }))));
    return [StackName, Object.fromEntries((done?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]))];
  }

  /** Start an operation and wait for its end; rejects with the reasons of the resources that failed. */
  private async operate(
    StackName: string, onProgress: ((progress: Progress) => void) | undefined, start: () => Promise<unknown>,
  ): Promise<Stack | undefined> {
    const known = new Set((await this.eventsOf(StackName, new Set())).map(({ EventId }) => EventId));
    const before = known.size;
    const reasons: string[] = [];
    await start();
    for (const end = Date.now() + STACK_SECONDS * 1000; Date.now() < end; await sleep(POLL_MILLISECONDS)) {
      // the state first: events of a stack that is finished are then complete
      const stack = await this.describe(StackName);
      for (const event of await this.eventsOf(StackName, known)) {
        known.add(event.EventId);
        onProgress?.(progressOf(event));
        const isReason = event.ResourceStatus?.endsWith('_FAILED') && event.LogicalResourceId !== StackName;
        if (isReason && event.ResourceStatusReason) reasons.push(`${event.LogicalResourceId}: ${event.ResourceStatusReason}`);
      }
      const status = stack?.StackStatus ?? 'DELETE_COMPLETE';
      if (status.endsWith('_IN_PROGRESS')) continue;
      // a stack that was rolled back is as it is wanted when nothing had to change
      const isUnchanged = known.size === before && before > 0;
      if (/^(CREATE|UPDATE|DELETE)_COMPLETE$/.test(status) || (isUnchanged && /ROLLBACK_COMPLETE$/.test(status))) return stack;
      throw new Error(`${StackName} is ${status}: ${reasons.join('; ') || stack?.StackStatusReason || 'no reason was given'}`);
    }
    throw new Error(`${StackName} was not finished within ${STACK_SECONDS} seconds`);
  }

  private async describe(StackName: string): Promise<Stack | undefined> {
    const { Stacks } = await this.cloudformation.send(new DescribeStacksCommand({ StackName })).catch(unlessMissing);
    return Stacks?.find(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  }

  /** What has happened to a stack that is not known yet, the oldest first. */
  private async eventsOf(StackName: string, known: ReadonlySet<string | undefined>): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page: { StackEvents?: StackEvent[]; NextToken?: string } =
        await this.cloudformation.send(new DescribeStackEventsCommand({ StackName, NextToken })).catch(unlessMissing);
      const news = (page.StackEvents ?? []).filter(({ EventId }) => !known.has(EventId));
      events.push(...news);
      // the newest come first: behind one that is known there is nothing new
      NextToken = news.length === page.StackEvents?.length ? page.NextToken : undefined;
    } while (NextToken);
    return events.reverse();
  }

  /** Above the limit of a call, CloudFormation takes a template from a bucket only. */
  private async templateOf({ stackName, template }: AssemblyStack): Promise<{ TemplateBody: string } | { TemplateURL: string }> {
    if (Buffer.byteLength(template) <= TEMPLATE_BODY_BYTES) return { TemplateBody: template };
    const key = `${stackName}.template.json`;
    await this.upload(TEMPLATE_BUCKET, key, template);
    return { TemplateURL: `https://s3.amazonaws.com/${TEMPLATE_BUCKET}/${key}` };
  }

  /** What `cdk bootstrap` and the CLI would do for an asset; stacks that share it wait for the one that uploads it. */
  private publish(asset: FileAsset): Promise<void> {
    return this.once(asset.objectKey, () => this.uploadAsset(asset));
  }

  private once(what: string, publish: () => Promise<void>): Promise<void> {
    const published = this.published.get(what) ?? publish();
    this.published.set(what, published);
    return published;
  }

  private async uploadAsset({ file, isFolder, bucketName, objectKey }: FileAsset): Promise<void> {
    const bucket = bucketName.replace('${AWS::AccountId}', ACCOUNT).replace('${AWS::Region}', REGION);
    await this.upload(bucket, objectKey, isFolder ? await this.zip(file) : fs.readFileSync(file));
  }

  private async upload(Bucket: string, Key: string, Body: Buffer | string): Promise<void> {
    await this.s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
      if (!/BucketAlready/.test(error.name)) throw error;
    });
    await this.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  private async zip(folder: string): Promise<Buffer> {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'sandbox-asset-'));
    try {
      const archive = path.join(temporary, 'asset.zip');
      await promisify(execFile)(this.python, ['-m', 'zipfile', '-c', archive, ...fs.readdirSync(folder)], { cwd: folder });
      return fs.readFileSync(archive);
    } finally {
      fs.rmSync(temporary, { recursive: true, force: true });
    }
  }

  /** Templates of the default synthesizer read the version of the bootstrap stack. */
  private async provideBootstrapVersion(template: string): Promise<void> {
    const name = (JSON.parse(template) as { Parameters?: { BootstrapVersion?: { Default?: string } } }).Parameters?.BootstrapVersion?.Default;
    if (name === undefined) return;
    await this.once(name, async () => {
      await this.aws.json('ssm', 'AmazonSSM.PutParameter', { Name: name, Value: '30', Type: 'String', Overwrite: true });
    });
  }
}

function progressOf(event: StackEvent): Progress {
  return {
    stackName: event.StackName!,
    logicalId: event.LogicalResourceId!,
    resourceType: event.ResourceType!,
    status: event.ResourceStatus!,
    reason: event.ResourceStatusReason,
  };
}

function unlessUnchanged(error: Error): undefined {
  if (/No updates are to be performed/.test(error.message)) return undefined;
  throw error;
}

function unlessMissing(error: Error): { Stacks?: Stack[]; StackEvents?: StackEvent[] } {
  if (/does not exist/.test(error.message)) return {};
  throw error;
}
