// The workflow of GitHub Actions that the example without NAT brings along: it was never run by GitHub, so all of it that can be held against something is.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { parse } from 'yaml';
import { docker, runShell, ShellRun, StandIns } from './shell';
import { exampleContext, loadExample, PROFILES } from '../../integ/example-app';
import { GitHubDeliveryRole } from '../../src';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
}
interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly env?: Record<string, string>;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: string;
  readonly steps: readonly Step[];
}
interface Workflow { readonly on: Record<string, unknown>; readonly permissions: Record<string, string>; readonly jobs: Record<string, Job> }

const NAME = 'no-nat-api';
const EXAMPLE = path.join(__dirname, '..', '..', 'examples', NAME);
const text = fs.readFileSync(path.join(EXAMPLE, '.github', 'workflows', 'deliver.yml'), 'utf8');
const workflow: Workflow = parse(text);
const { check, dev, prod } = workflow.jobs;
const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps).flatMap(({ run }) => run ?? []);
const stepOf = (job: Job, name: string): Step => job.steps.find((step) => step.name === name)!;
const nameOf = ({ name, uses }: Step): string => name ?? uses!;

describe('the way to production', () => {
  test('goes from the checks to dev and from there to prod, on main alone', () => {
    expect(Object.keys(workflow.jobs)).toEqual(['check', 'dev', 'prod']);
    expect([check.needs, dev.needs, prod.needs]).toEqual([undefined, 'check', 'dev']);
    expect(dev.if).toBe("github.ref == 'refs/heads/main'");
    expect(workflow.on).toEqual({ push: { branches: ['main'] }, pull_request: null, workflow_dispatch: null });
  });

  test('waits at an environment of GitHub, where prod is approved', () => {
    expect([check.environment, dev.environment, prod.environment]).toEqual([undefined, 'dev', 'prod']);
    expect(PROFILES).toEqual(expect.arrayContaining([dev.environment, prod.environment]));
    expect([dev.env, prod.env]).toEqual([{ ENVIRONMENT: 'dev' }, { ENVIRONMENT: 'prod' }]);
  });

  test('is the same for both', () => {
    expect(prod.steps).toEqual(dev.steps);
    expect([dev.concurrency, prod.concurrency]).toEqual(['deliver-dev', 'deliver-prod']);
  });

  test('has every step, in this order', () => {
    expect(check.steps.map(nameOf)).toEqual([
      'actions/checkout@v7', 'actions/setup-node@v7', 'actions/setup-python@v7',
      'Test the service', 'Install the CDK', 'Check the types', 'Judge by the security rules', 'Synthesize the templates', 'Build the image', 'actions/upload-artifact@v7',
    ]);
    expect(dev.steps.map(nameOf)).toEqual([
      'actions/checkout@v7', 'actions/setup-node@v7', 'actions/download-artifact@v8', 'Come into AWS', 'Push the image', 'Deploy', 'Call it',
    ]);
  });

  test('carries the image that was built once', () => {
    const [kept] = check.steps.slice(-1);
    expect(kept.with).toMatchObject({ name: 'image', path: 'image.tar.gz' });
    expect(dev.steps[2].with).toEqual({ name: 'image' });
    expect(stepOf(check, 'Build the image').run).toContain('docker save image | gzip > image.tar.gz');
    expect(scripts.filter((script) => script.includes('docker build'))).toHaveLength(1);
  });
});

describe('what it may do', () => {
  test('jobs get a token for AWS only where they deploy, and write nothing at GitHub', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(check.permissions).toBeUndefined();
    for (const job of [dev, prod]) expect(job.permissions).toEqual({ 'contents': 'read', 'id-token': 'write' });
  });

  test('it has no secret, so no key of AWS', () => {
    expect(text).not.toMatch(/secrets\.|access-key|AKIA/i);
    expect(stepOf(dev, 'Come into AWS')).toEqual({
      name: 'Come into AWS',
      uses: 'aws-actions/configure-aws-credentials@v6',
      with: { 'role-to-assume': '${{ vars.DELIVERY_ROLE_ARN }}', 'aws-region': '${{ vars.AWS_REGION }}' },
    });
  });

  test('it uses actions of GitHub and AWS alone, of one major version each', () => {
    const used = Object.values(workflow.jobs).flatMap(({ steps }) => steps).flatMap(({ uses }) => uses ?? []);
    expect(used.filter((action) => !/^(actions|aws-actions)\/[a-z-]+@v\d+$/.test(action))).toEqual([]);
    const versions = new Map(used.map((action) => action.split('@') as [string, string]));
    expect(used.filter((action) => !action.endsWith(`@${versions.get(action.split('@')[0])}`))).toEqual([]);
  });

  test('what others wrote reaches no shell but by a variable', () => {
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  test('it says which variables it reads', () => {
    const read = [...new Set([...text.matchAll(/\$\{\{ vars\.(\w+) \}\}/g)].map(([, name]) => name))].sort();
    const said = text.split('\n').filter((line) => line.startsWith('#')).join(' ').match(/\b(DOMAIN|[A-Z]+(_[A-Z]+)+)\b/g);
    expect([...new Set(said)].sort()).toEqual(read);
  });
});

describe('its shell', () => {
  const image = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/api:abc';
  const runStep = (name: string, standIns: StandIns, env: Record<string, string> = {}, files: Record<string, string> = {}): ShellRun => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'deliver-'));
    for (const [file, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), content);
    try {
      return runShell(stepOf(dev, name).run!, folder, standIns, env);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };

  test.each(scripts.map((script) => [script.split('\n')[0], script]))('bash can read: %s', (_, script) => {
    expect(spawnSync('bash', ['-n', '-c', script], { encoding: 'utf8' }).stderr).toBe('');
  });

  test('runs programs that a runner has, or that the example depends on', () => {
    const programs = scripts.flatMap((script) => script.replace(/\\\n/g, ' ').split('\n')).flatMap((line) => line.split(/ \| | && |; then/))
      .map((command) => command.trim().replace(/^if ! |^\w+=\$\(/, '').split(' ').slice(0, 2)).filter(([program]) => !['', 'fi'].includes(program));
    const called = [...new Set(programs.map(([program, second]) => (program === 'npx' ? `npx ${second}` : program)))].sort();
    expect(called).toEqual(['aws', 'curl', 'docker', 'gzip', 'node', 'npm', 'npx cdk', 'npx tsc', 'python']);
  });

  test('pushes the image under the commit, where it is not there yet', () => {
    const { status, calls } = runStep('Push the image', docker(), { IMAGE: image });
    expect(status).toBe(0);
    expect(calls).toEqual(expect.arrayContaining(['aws ecr get-login-password', 'docker login --username AWS --password-stdin 111111111111.dkr.ecr.eu-west-1.amazonaws.com']));
    expect(calls.slice(2)).toEqual([`docker manifest inspect ${image}`, 'docker load --input image.tar.gz', `docker tag image ${image}`, `docker push ${image}`]);
    expect(stepOf(dev, 'Push the image').env).toEqual({ IMAGE: '${{ vars.REPOSITORY_URI }}:${{ github.sha }}' });
  });

  test('leaves the image alone where a run is repeated', () => {
    const { status, calls } = runStep('Push the image', docker(image), { IMAGE: image });
    expect(status).toBe(0);
    expect(calls.slice(2)).toEqual([`docker manifest inspect ${image}`]);
  });

  test('deploys the system alone, in the environment of the job, with the image of the commit', () => {
    const { status, calls } = runStep('Deploy', { npm: '', npx: '' }, {
      ENVIRONMENT: 'dev', GITHUB_SHA: 'abc', ALERT_EMAIL: 'ops@example.com', DOMAIN: '', HOSTED_ZONE_ID: '', ZONE_NAME: '',
    });
    expect(status).toBe(0);
    expect(calls[1].replace(/ +/g, ' ')).toBe('npx cdk deploy NoNatApi --exclusively --require-approval never --outputs-file outputs.json --context patternbook:environment=dev '
      + '--context imageTag=abc --context alertEmail=ops@example.com --context domain= --context hostedZoneId= --context zoneName=');
  });

  test('calls what was deployed at its own address, and fails with it', () => {
    const files = { 'outputs.json': JSON.stringify({ 'no-nat-api-dev': { Url: 'https://api.example.com' } }) };
    const { status, calls } = runStep('Call it', { curl: '' }, {}, files);
    expect(status).toBe(0);
    expect(calls).toEqual([expect.stringMatching(/^curl --fail .* https:\/\/api\.example\.com\/health$/)]);
    expect(runStep('Call it', { curl: 'exit 22' }, {}, files).status).toBe(22);
  });
});

describe('the app that it delivers', () => {
  const load = (profile: string): ReturnType<typeof loadExample> => loadExample(NAME, exampleContext(NAME, profile));

  test.each(['dev', 'prod'])('trusts the jobs of %s', (profile) => {
    const roles = load(profile).node.findAll().filter((construct): construct is GitHubDeliveryRole => construct instanceof GitHubDeliveryRole);
    expect(roles.map(({ subject }) => subject.split(':').slice(2).join(':'))).toEqual([`environment:${profile}`]);
  });

  test('has the stacks and outputs that it names', () => {
    const app = load('prod');
    const stacks = app.node.children.filter(Stack.isStack);
    const outputsOf = (id: string): string[] => {
      const { stackName } = stacks.find(({ node }) => node.id === id)!;
      return Object.keys(app.synth().getStackByName(stackName).template.Outputs);
    };
    expect(outputsOf('Images')).toEqual(expect.arrayContaining(['DeliveryRoleArn', 'RepositoryUri']));
    expect(outputsOf('NoNatApi')).toContain('Url');
  });

  test('reads what it is given', () => {
    const app = fs.readFileSync(path.join(EXAMPLE, 'app.ts'), 'utf8');
    const given = [...text.matchAll(/--context ([\w:]+)=/g)].map(([, name]) => name);
    expect([...new Set(given)].filter((name) => name !== 'patternbook:environment' && !app.includes(name))).toEqual([]);
  });

  test('has the files and programs that it runs', () => {
    expect(['service/requirements-dev.txt', 'service/Dockerfile', 'nag.ts', 'tsconfig.json'].filter((file) => !fs.existsSync(path.join(EXAMPLE, file)))).toEqual([]);
    const { devDependencies } = JSON.parse(fs.readFileSync(path.join(EXAMPLE, 'package.json'), 'utf8'));
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['aws-cdk', 'cdk-nag', 'tsx', 'typescript']));
    expect(fs.readFileSync(path.join(EXAMPLE, 'service', 'requirements-dev.txt'), 'utf8')).toMatch(/^pytest/m);
  });

  test('is called where its load balancer calls it', () => {
    const [, called] = /"\$URL(\/\w+)"/.exec(text)!;
    expect(fs.readFileSync(path.join(EXAMPLE, 'app.ts'), 'utf8')).toContain(`healthCheckPath: '${called}'`);
  });
});
