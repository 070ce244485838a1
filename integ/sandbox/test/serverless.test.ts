// What the sandbox promises of functions, APIs and distributions, seen on a small site and functions that each do one thing wrong.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DeleteObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App } from 'aws-cdk-lib';
import { Aws, clientConfig, REGION } from '../aws';
import { Outputs } from '../deployment';
import { DoorKind } from '../doors';
import { Sandbox } from '../sandbox';
import { ConfiguredSite, FunctionOptions, ServerlessBase, ServerlessFunction, ServerlessGovernance, ServerlessSite } from './serverless-app';
import { eventually } from './traces';
import { WebSocketClient } from './websocket';

/** What is done wrong, and the reason that the deployment must fail with. */
const REFUSED: { readonly [id: string]: [options: FunctionOptions, reason: RegExp] } = {
  NoNetworkGrant: [
    { networkGrant: false },
    /The provided execution role does not have permissions to call CreateNetworkInterface on EC2: role \S+NoNetworkGrant-Role\S+ is not authorized/,
  ],
  NoDeadLetterGrant: [
    { deadLetterGrant: false },
    /The provided execution role does not have permissions to call SendMessage on SQS: role \S+ is not authorized to perform sqs:SendMessage on resource \S+DeadLetters/,
  ],
  UntrustedRole: [
    { trusted: 'ecs-tasks.amazonaws.com' },
    /The role defined for the function cannot be assumed by Lambda: the trust policy of \S+ does not name lambda\.amazonaws\.com/,
  ],
};

/** Calls of a function at once. */
const RESERVED = 3;

/** What the driver says of a connection that is dropped. */
const DROPPED = /network error|reset|closed|create a connection/i;

/** What is done wrong, what the function then tries, and what it is told. */
const FAILING: { readonly [id: string]: [options: FunctionOptions, attempt: string, told: RegExp, refusal?: RegExp] } = {
  NoDatabaseRule: [
    { databaseRule: false },
    'notes',
    DROPPED,
    /no security group of database \S+ \(.*\) has an ingress rule for function NoDatabaseRule\S+ \(.*\) on port 5432/,
  ],
  OutsideVpc: [{ vpc: false }, 'notes', DROPPED, /function OutsideVpc\S+ is in no VPC/],
  NoSecretGrant: [{ secretGrant: false }, 'notes', /AccessDenied.*NoSecretGrant.*is not authorized to perform: secretsmanager:GetSecretValue/],
  NoQueueGrant: [{ queueGrant: false }, 'queue', /AccessDenied.*NoQueueGrant.*is not authorized to perform: sqs:SendMessage/],
};

function synthesize(name: string, changing: FunctionOptions): string {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), `serverless-${name}-`));
  const app = new App({ outdir, analyticsReporting: false });
  const base = new ServerlessBase(app);
  new ServerlessFunction(app, 'Changing', base, changing);
  new ConfiguredSite(app, 'Configured', name);
  if (name === 'v1') {
    new ServerlessFunction(app, 'OfImage', base, { image: true });
    new ServerlessSite(app, 'Site', base);
    new ServerlessGovernance(app, 'Governance');
    for (const [id, [options]] of Object.entries({ ...REFUSED, ...FAILING })) new ServerlessFunction(app, id, base, options);
  }
  app.synth();
  return outdir;
}

void describe('functions, APIs and distributions in a sandbox', { timeout: 480_000 }, () => {
  let sandbox: Sandbox;
  let aws: Aws;
  let outputs: { [stack: string]: Outputs[string] };
  let site: string;
  const assemblies: { [name: string]: string } = {};

  before(async () => {
    // what is wrong here is wrong on purpose
    process.env.CDK_VALIDATION = 'false';
    assemblies.v1 = synthesize('v1', {});
    sandbox = await Sandbox.start({ images: path.join(__dirname, 'sandbox.json') });
    aws = new Aws(sandbox.endpoint);
    outputs = await sandbox.deploy(assemblies.v1, ['ServerlessBase', 'Site', 'Governance', 'Changing', 'OfImage', ...Object.keys(FAILING)]);
    site = await door('Distribution');
  });
  after(async () => {
    await sandbox?.stop();
    for (const folder of Object.values(assemblies)) fs.rmSync(folder, { recursive: true, force: true });
  });

  const door = async (kind: DoorKind) => (await sandbox.doors()).find((candidate) => candidate.kind === kind)!.url;
  /** The site of the library, deployed. */
  const configured = async (assembly: string): Promise<string> => {
    outputs.Configured = (await sandbox.deploy(assembly, ['Configured'])).Configured;
    return (await sandbox.doors()).find(({ name }) => name === outputs.Configured.Distribution)!.url;
  };

  /** What sockets tell the function as they close counts as a call: wait until each call that is reserved is free again. */
  const released = () => eventually('no call of the function is running', 15, async () => {
    const calls = await Promise.allSettled(Array.from({ length: RESERVED }, () => aws.invoke(`${outputs.Site.Name}:live`, { try: 'wait' })));
    return calls.every(({ status }) => status === 'fulfilled');
  });

  const s3 = (): S3Client => new S3Client({ ...clientConfig(sandbox.endpoint), forcePathStyle: true });
  const buckets = async (): Promise<string[]> => (await s3().send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name!);

  void test('serves the files of a bucket through its distribution, and any path without a dot as the page of the application', async () => {
    for (const page of ['/', '/notes/17']) {
      const response = await fetch(site + page);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type')!, /text\/html/);
      assert.match(await response.text(), /<title>Notes<\/title>/);
    }
    const script = await fetch(`${site}/assets/app.js`);
    assert.match(script.headers.get('content-type')!, /javascript/);
    assert.equal(script.headers.get('x-content-type-options'), 'nosniff');
  });

  void test('says of a file that is missing that it may not be read, as a bucket does that may not be listed', async () => {
    assert.equal((await fetch(`${site}/assets/missing.js`)).status, 403);
  });

  void test('says of a file that is missing from a bucket whose files the distribution may list that it is not there', async () => {
    assert.equal((await fetch(`${site}/listed/missing.js`)).status, 404);
  });

  void test('leads through the distribution to the REST API and its function, which writes to the database and reads from it', async () => {
    const headers = { 'content-type': 'application/json' };
    const written = await fetch(`${site}/api/notes`, { method: 'POST', headers, body: JSON.stringify({ content: 'milk' }) });
    assert.equal(written.status, 201);
    assert.deepEqual(await (await fetch(`${site}/api/notes`)).json(), ['milk']);
    for (const kind of ['RestApi', 'HttpApi'] as const) {
      assert.deepEqual(await (await fetch(`${await door(kind)}/api/notes`)).json(), ['milk']);
    }
  });

  void test('passes on what the API refuses', async () => {
    const missing = await fetch(`${site}/api/missing`);
    assert.equal(missing.status, 404);
    assert.deepEqual(await missing.json(), { detail: 'there is no such note' });
    const invalid = await fetch(`${site}/api/notes`, { method: 'POST', body: '[]' });
    assert.equal(invalid.status, 422);
  });

  void test('refuses at the gateway what a distribution forwards under its own name', async () => {
    assert.equal((await fetch(`${site}/host/notes`)).status, 403);
  });

  void test('answers for a function that the API is not permitted to call as a gateway does', async () => {
    const response = await fetch(`${await door('RestApi')}/unpermitted`);
    assert.equal(response.status, 500);
    assert.deepEqual(await response.json(), { message: 'Internal server error' });
  });

  for (const [through, url] of Object.entries({
    'its distribution': async () => `${site.replace('http', 'ws')}/ws`, 'its own door': async () => door('WebSocketApi'),
  })) {
    void test(`connects to the WebSocket API through ${through}: answers where a route has a response, and what the function posts`, async () => {
      const socket = await WebSocketClient.open(`${await url()}?token=right`);
      try {
        socket.send(JSON.stringify({ action: 'tell', text: 'one' }));
        socket.send(JSON.stringify({ action: 'ask', text: 'two' }));
        const messages = [await socket.next(10), await socket.next(10), await socket.next(10)].map((message) => JSON.parse(message) as object);
        assert.deepEqual(messages.slice(0, 2), [{ posted: 'one' }, { posted: 'two' }]);
        assert.deepEqual(Object.keys(messages[2]), ['answered']);
      } finally {
        socket.close();
      }
      await assert.rejects(WebSocketClient.open(`${await url()}?token=wrong`), /the handshake was answered 403/);
      await released();
    });
  }

  void test('runs as many calls of a function at once as are reserved, each in a process that the next one finds again, and refuses what is above', async () => {
    const atOnce = () => Promise.all(Array.from({ length: RESERVED + 1 }, async () => {
      const response = await fetch(`${site}/api/wait`);
      return `${response.status} ${await response.text()}`;
    }));
    const first = (await atOnce()).sort();
    assert.equal(new Set(first.filter((answer) => answer.startsWith('200 '))).size, RESERVED);
    // a gateway hides why
    assert.equal(first[RESERVED], '500 {"message": "Internal server error"}');
    assert.deepEqual((await atOnce()).sort(), first);

    const invoked = await Promise.allSettled(first.map(() => aws.invoke(`${outputs.Site.Name}:live`, { try: 'wait' })));
    const refused = invoked.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
    assert.equal(refused.length, 1);
    assert.match(refused[0], /answered 429: .*ReservedFunctionConcurrentInvocationLimitExceeded/);
  });

  void test('counts messages of WebSockets among the calls of their function', async () => {
    const sockets = await Promise.all(Array.from({ length: RESERVED }, async () => WebSocketClient.open(`${await door('WebSocketApi')}?token=right`)));
    sockets.push(await WebSocketClient.open(`${await door('WebSocketApi')}?token=right`));
    sockets.forEach((socket) => socket.send(JSON.stringify({ action: 'wait' })));
    const answers = await Promise.all(sockets.map(async (socket) => JSON.parse(await socket.next(10)) as { process?: number; message?: string }));
    sockets.forEach((socket) => socket.close());
    await released();
    assert.equal(new Set(answers.flatMap(({ process }) => process ?? [])).size, RESERVED);
    assert.deepEqual(answers.flatMap(({ message }) => message ?? []), ['Internal server error']);
  });

  void test('starts a function with its variables, those of its role, and none of the sandbox', async () => {
    const variables = await aws.invoke<{ [name: string]: string }>(outputs.Site.Name, { try: 'variables' });
    assert.equal(variables.GREETING, 'hello');
    assert.equal(variables.AWS_ENDPOINT_URL, sandbox.endpoint);
    assert.match(variables.AWS_ACCESS_KEY_ID, /^ASIA/);
    assert.equal(variables.SANDBOX_TOKEN, undefined);
  });

  void test('names the database by the gate of the function in its variables and in what it reads', async () => {
    const { DATABASE_HOST: host } = await aws.invoke<{ [name: string]: string }>(outputs.Site.Name, { try: 'variables' });
    assert.match(host, /^127\./);
    assert.equal(await aws.invoke(outputs.Site.Name, { try: 'parameter' }), host);
  });

  void test('runs a function of an image as the folder of sandbox.json, with the variables of both', async () => {
    const variables = await aws.invoke<{ [name: string]: string }>(outputs.OfImage.Name, { try: 'variables' });
    assert.equal(variables.GREETING, 'hello');
    assert.equal(variables.IMAGE_OF, 'notes');
    assert.ok(Array.isArray(await aws.invoke(outputs.OfImage.Name, { try: 'notes' })));
  });

  void test('sends what a function failed at to its dead-letter queue', async () => {
    await fetch(`${sandbox.endpoint}/2015-03-31/functions/${outputs.Site.Name}/invocations`, {
      method: 'POST',
      body: JSON.stringify({ try: 'fail' }),
      headers: {
        'X-Amz-Invocation-Type': 'Event',
        'Authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/lambda/aws4_request, SignedHeaders=host, Signature=none`,
      },
    });
    await eventually('the event is in the dead-letter queue', 15, async () => {
      const { Messages = [] } = await aws.json<{ Messages?: Array<{ Body: string }> }>('sqs', 'AmazonSQS.ReceiveMessage', { QueueUrl: outputs.Site.DeadLettersUrl });
      return Messages.some(({ Body }) => Body.includes('"try"'));
    });
  });

  void test('records what watches an account', async () => {
    const { ConfigRules } = await aws.json<{ ConfigRules: object[] }>('config', 'StarlingDoveService.DescribeConfigRules', {});
    assert.equal(ConfigRules.length, 1);
    const { trailList } = await aws.json<{ trailList: object[] }>('cloudtrail', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails', {});
    assert.equal(trailList.length, 1);
  });

  for (const [id, [, what, told, refusal]] of Object.entries(FAILING)) {
    void test(`keeps the function ${id} from what it tries`, async () => {
      const { errorMessage } = await aws.invoke<{ errorMessage?: string }>(outputs[id].Name, { try: what });
      assert.match(errorMessage ?? 'nothing failed', told);
      const { functions } = await sandbox.status();
      const { refusals } = functions.find(({ name }) => name === outputs[id].Name)!;
      assert.equal(refusals.length, refusal ? 1 : 0);
      if (refusal) assert.match(refusals[0], refusal);
    });
  }

  for (const [id, [, reason]] of Object.entries(REFUSED)) {
    void test(`fails the deployment of ${id} with the reason`, async () => {
      await assert.rejects(sandbox.deploy(assemblies.v1, [id]), reason);
    });
  }

  void test('changes a function in place, and keeps it as it was when the change is refused', async () => {
    const greeting = async () => (await aws.invoke<{ GREETING: string }>(outputs.Changing.Name, { try: 'variables' })).GREETING;
    assemblies.v2 = synthesize('v2', { greeting: 'good day' });
    await sandbox.deploy(assemblies.v2, ['Changing']);
    assert.equal(await greeting(), 'good day');
    assemblies.v3 = synthesize('v3', { greeting: 'good night', networkGrant: false });
    await assert.rejects(sandbox.deploy(assemblies.v3, ['Changing']), /permissions to call CreateNetworkInterface on EC2/);
    assert.equal(await greeting(), 'good day');
  });

  void test('tells the pages of a site at /config.json what is known at deployment, and what changed with the next one', async () => {
    const first = await fetch(`${await configured(assemblies.v1)}/config.json`);
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('content-type'), 'application/json');
    assert.equal(first.headers.get('cache-control'), 'no-cache');
    assert.equal(first.headers.get('x-content-type-options'), 'nosniff');
    const { queue, ...known } = await first.json() as { [name: string]: string };
    assert.deepEqual(known, { version: 'v1', note: '"quoted" \\ ü' });
    assert.match(queue, /^Configured-Queue/);
    assemblies.next = synthesize('next', {});
    assert.deepEqual(await (await fetch(`${await configured(assemblies.next)}/config.json`)).json(), { ...known, version: 'next', queue });
  });

  void test('answers for an API that is reached through its site alone there, and refuses who calls it directly', async () => {
    const through = await fetch(`${await configured(assemblies.v1)}/api/notes`, { headers: { 'x-api-key': 'of the browser' } });
    assert.deepEqual([through.status, await through.text()], [200, '/api/notes']);
    const { url } = (await sandbox.doors()).find(({ kind, dnsName }) => kind === 'RestApi' && dnsName.startsWith(outputs.Configured.RestApi))!;
    for (const key of ['', 'guessed']) {
      const directly = await fetch(`${url}/api/notes`, { headers: { 'x-api-key': key } });
      assert.equal(directly.status, 403);
      assert.equal((await directly.json() as { error: { code: string } }).error.code, 'INVALID_API_KEY');
    }
  });

  void test('removes no bucket that holds a file, if only an older version of it', async () => {
    const file = { Bucket: (await buckets()).find((name) => name.startsWith('configured-')), Key: 'index.html' };
    const versions = [await s3().send(new PutObjectCommand({ ...file, Body: 'a page' })), await s3().send(new DeleteObjectCommand(file))];
    await assert.rejects(sandbox.destroy(['Configured']), /Configured is DELETE_FAILED: SiteBucket\w+: The bucket you tried to delete is not empty/);
    await Promise.all(versions.map(({ VersionId }) => s3().send(new DeleteObjectCommand({ ...file, VersionId }))));
    await sandbox.destroy(['Configured']);
  });

  void test('removes a site whose bucket is emptied with it', async () => {
    await sandbox.destroy(['Site']);
    assert.deepEqual(await sandbox.doors(), []);
    assert.deepEqual((await buckets()).filter((name) => name.startsWith('site-')), []);
  });
});
