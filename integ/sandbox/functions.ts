// Lambda functions as the sandbox keeps them: what their role must permit, their packages, and the gates at which they find others.
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { Aws, REGION } from './aws';
import { Alias, replaceHosts } from './environment';
import { Gate } from './gates';
import { BuiltImage, ImageStore } from './images';
import { LoopbackBlock } from './loopback';
import { Network } from './network';
import { parseDocument, Role } from './permissions';
import { forService, isAllowed } from './policy';
import { runToEnd } from './processes';
import { makeOnce } from './python';
import { ConnectionEnd } from './security-groups';
import { Peer } from './task';

const LAMBDA = 'lambda.amazonaws.com';
const INSTALL_SECONDS = 300;
/** What Lambda asks of the role of a function in a VPC before it makes one. */
const VPC_ACTIONS = ['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface'];

/** A function as the emulator hands it over. */
export interface FunctionRequest {
  readonly name: string;
  readonly role: string;
  /** Empty outside of a VPC. */
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  /** ARN of a queue or topic. */
  readonly deadLetters?: string | null;
  /** Content of the requirements.txt in its code. */
  readonly requirements?: string | null;
}

/** What a function is started with. */
export interface FunctionStart {
  readonly variables: { readonly [name: string]: string };
  /** Folder of the packages that its requirements name. */
  readonly packages?: string;
}

/** A function as its state is shown. */
export interface FunctionStatus {
  readonly name: string;
  /** Why connections of it were dropped. */
  readonly refusals: readonly string[];
}

/** What functions are made with. */
export interface FunctionsOptions {
  readonly aws: Aws;
  readonly python: string;
  readonly root: string;
  readonly network: Network;
  readonly addresses: LoopbackBlock;
  readonly images: ImageStore;
  /** What can be reached by name, for a client whose end of a connection is told. */
  peers(end: (name: string) => Promise<ConnectionEnd>): readonly Peer[];
}

interface Entry {
  request: FunctionRequest;
  readonly gates: Map<string, { readonly alias: Alias; readonly gates: readonly Gate[] }>;
}

/** The functions of a sandbox. */
export class Functions {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly options: FunctionsOptions) {}

  /** Take a function or its change; fails as Lambda refuses one whose role does not permit what it is to do. */
  public async put(request: FunctionRequest): Promise<void> {
    await this.demandTrust(request);
    const role = await Role.read(this.options.aws, request.role);
    if (request.subnetIds.length > 0) {
      const eni = `arn:aws:ec2:${REGION}:${request.role.split(':')[4]}:network-interface/*`;
      for (const action of VPC_ACTIONS) demand(role, `ec2:${action}`, eni, 'EC2');
    }
    if (request.deadLetters) {
      const topic = request.deadLetters.split(':')[2] === 'sns';
      demand(role, topic ? 'sns:Publish' : 'sqs:SendMessage', request.deadLetters, topic ? 'SNS' : 'SQS');
    }
    await this.install(request.requirements);
    this.entries.set(request.name, { gates: new Map(), ...this.entries.get(request.name), request });
  }

  /** What runs for a function's image: the folder that sandbox.json names, whose command is the handler. */
  public async image(image: string): Promise<BuiltImage> {
    const built = await this.options.images.build(image);
    if (!/^[\w/.]+\.\w+$/.test(built.command[0] ?? '')) {
      throw new Error(`Runtime.InvalidEntrypoint: the command of image '${image}' must be a handler such as ["app.handler"], got ${JSON.stringify(built.command)}`);
    }
    return built;
  }

  /** Forget a function and close its gates. */
  public remove(name: string): void {
    for (const { alias, gates } of this.entries.get(name)?.gates.values() ?? []) {
      gates.forEach((gate) => gate.close());
      this.options.addresses.release(alias.address);
    }
    this.entries.delete(name);
  }

  /** What a function is started with: its variables, in which others are named by their gates. */
  public async start(name: string, variables: { readonly [name: string]: string }, requirements?: string | null): Promise<FunctionStart> {
    const localized = await Promise.all(Object.entries(variables).map(async ([key, value]) => [key, await this.localize(name, String(value))]));
    return { variables: Object.fromEntries(localized), packages: await this.install(requirements) };
  }

  /** A text that a function reads, with the gates in place of the names of others. */
  public async localize(name: string, text: string): Promise<string> {
    const entry = this.entries.get(name);
    if (!entry) return text;
    const aliases: Alias[] = [];
    for (const peer of this.options.peers((client) => this.end(client))) {
      if (replaceHosts(text, [{ host: peer.host, address: '' }]) === text) continue;
      aliases.push(await this.gateTo(name, entry, peer));
    }
    return replaceHosts(text, aliases);
  }

  /** All functions. */
  public list(): FunctionStatus[] {
    return [...this.entries].map(([name, { gates }]) => ({
      name, refusals: [...gates.values()].flatMap((open) => open.gates.flatMap(({ lastRefusal }) => lastRefusal ?? [])),
    }));
  }

  private async gateTo(name: string, entry: Entry, peer: Peer): Promise<Alias> {
    const open = entry.gates.get(peer.host);
    if (open) return open.alias;
    const alias = { host: peer.host, address: this.options.addresses.take() };
    const gates: Gate[] = [];
    // known before it is open, so that two reads at once open it once
    entry.gates.set(peer.host, { alias, gates });
    for (const port of peer.ports) gates.push(await Gate.open(alias.address, port, () => peer.connect(name, port)));
    return alias;
  }

  private async end(name: string): Promise<ConnectionEnd> {
    const request = this.entries.get(name)?.request;
    if (!request || request.subnetIds.length === 0) throw new Error(`function ${name} is in no VPC, so nothing in one can be reached by it`);
    return this.options.network.end(`function ${name}`, request);
  }

  private async demandTrust({ role }: FunctionRequest): Promise<void> {
    const { Role: described } = await this.options.aws.iam.send(new GetRoleCommand({ RoleName: role.split('/').pop() }));
    const assume = { action: 'sts:AssumeRole', resource: role };
    if (!isAllowed([forService(parseDocument(described?.AssumeRolePolicyDocument), LAMBDA)], assume)) {
      throw new Error(`InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda: the trust policy of ${role} does not name ${LAMBDA}`);
    }
  }

  /** Install packages for this machine's Python, once for the same requirements. */
  private async install(requirements: string | null | undefined): Promise<string | undefined> {
    if (!requirements) return undefined;
    const { python, root } = this.options;
    const key = createHash('sha256').update(requirements).digest('hex');
    const folder = path.join(root, '.sandbox', 'venvs', `packages-${key.slice(0, 16)}`);
    await makeOnce(folder, key, async () => {
      const file = path.join(folder, 'requirements.txt');
      fs.writeFileSync(file, requirements);
      const command = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', folder, '--requirement', file];
      await runToEnd(python, { command, directory: folder, environment: process.env, logFile: path.join(folder, 'setup.log') }, INSTALL_SECONDS);
    });
    return folder;
  }
}

function demand(role: Role, action: string, resource: string, service: string): void {
  const request = { action, resource };
  if (role.allows(request)) return;
  const operation = action.split(':')[1];
  throw new Error(`InvalidParameterValueException: The provided execution role does not have permissions to call ${operation} on ${service}: ${role.refusal(request)}`);
}
