// How much the library adds: import and synthesis against the CDK alone, size of what comes out. Ratios of one run; absolute times are those of this machine.
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');
const LIBRARY = path.join(ROOT, 'lib', 'index.js');
const RUNS = 7;

/** What each process does. The plain app is the same shape from aws-cdk-lib's own constructs, as short as they allow. */
const PROGRAMS = {
  'import aws-cdk-lib': "require('aws-cdk-lib');",
  'import the library': `require(${JSON.stringify(LIBRARY)});`,
  'synthesize with aws-cdk-lib alone': `
    const { App, Stack, Duration } = require('aws-cdk-lib'); const ec2 = require('aws-cdk-lib/aws-ec2'); const ecs = require('aws-cdk-lib/aws-ecs');
    const patterns = require('aws-cdk-lib/aws-ecs-patterns'); const rds = require('aws-cdk-lib/aws-rds');
    const app = new App(); const stack = new Stack(app, 'Plain'); const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
    const database = new rds.DatabaseInstance(stack, 'Database', { vpc, engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_15 }) });
    const api = new patterns.ApplicationLoadBalancedFargateService(stack, 'Api', { vpc, taskImageOptions: {
      image: ecs.ContainerImage.fromRegistry('example/api:1'), containerPort: 8000, secrets: { PASSWORD: ecs.Secret.fromSecretsManager(database.secret, 'password') } } });
    database.connections.allowDefaultPortFrom(api.service); api.service.autoScaleTaskCount({ maxCapacity: 6 }).scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 70 });
    app.synth();`,
  'synthesize with the library': `
    const { App, Stack } = require('aws-cdk-lib'); const ecs = require('aws-cdk-lib/aws-ecs'); const book = require(${JSON.stringify(LIBRARY)});
    const app = new App(); const stack = new Stack(app, 'Book');
    const web = new book.HaContainerWebApp(stack, 'App', { alerts: new book.AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }) });
    const database = web.addDatabase('Database');
    web.addService('Api', { image: ecs.ContainerImage.fromRegistry('example/api:1'), port: 8000, route: book.Route.path('/*') }).useDatabase(database);
    app.synth();`,
} as const;

const middle = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

function run(program: string, out: string): number {
  const start = process.hrtime.bigint();
  execFileSync(process.execPath, ['--eval', program], { cwd: ROOT, env: { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false' }, stdio: 'pipe' });
  return Number(process.hrtime.bigint() - start) / 1e6;
}

if (!fs.existsSync(LIBRARY)) throw new Error('compile the library first: npx projen compile');
const out = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
const results = Object.entries(PROGRAMS).map(([name, program]) => [name, middle(Array.from({ length: RUNS }, () => run(program, out)))] as const);
const [[, base]] = results;
for (const [name, milliseconds] of results) console.log(`${name.padEnd(36)} ${milliseconds.toFixed(0).padStart(6)} ms  ${(milliseconds / base).toFixed(2)}`);
for (const stack of ['Plain', 'Book']) {
  const text = fs.readFileSync(path.join(out, `${stack}.template.json`), 'utf8');
  const { Resources } = JSON.parse(text);
  console.log(`template ${stack.padEnd(27)} ${(text.length / 1024).toFixed(0).padStart(6)} KiB ${Object.keys(Resources).length} resources`);
}
fs.rmSync(out, { recursive: true, force: true });
