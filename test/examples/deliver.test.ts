// The workflows of GitHub Actions that examples bring along: they were never run by GitHub, so all of them that can be held against something is.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DELIVERIES } from './deliveries';
import { docker } from './shell';
import { DeliveryWorkflow, fileOf, Job, nameOf, stepOf } from './workflow';
import { exampleContext, exampleNames, loadExample, PROFILES } from '../../integ/example-app';
import { GitHubDeliveryRole } from '../../src';

const DOMAIN = { domain: 'www.example.com', hostedZoneId: 'Z0EXAMPLE', zoneName: 'example.com' };

test('each workflow that an example has is looked at', () => {
  expect(exampleNames().filter((name) => fs.existsSync(fileOf(name, '.github')))).toEqual(DELIVERIES.map(({ example }) => example).sort());
});

describe.each(DELIVERIES)('$example', (delivery) => {
  const { example, service, artifacts } = delivery;
  const delivered = new DeliveryWorkflow(example);
  const { text, workflow, check, dev, prod, scripts } = delivered;
  const stepsWith = (job: Job, action: string): Array<Record<string, unknown>> => job.steps.filter(({ uses }) => uses?.startsWith(`${action}@`)).map((step) => step.with ?? {});

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
      expect(check.steps.map(nameOf)).toEqual(delivery.checks);
      expect(dev.steps.map(nameOf)).toEqual(delivery.steps);
    });

    test('carries what was built once', () => {
      const kept = stepsWith(check, 'actions/upload-artifact').map(({ name, path }) => ({ name, path }));
      expect(kept).toEqual(Object.entries(artifacts).map(([name, { path }]) => ({ name, path })));
      // a folder may hold files that the action leaves out by itself: https://github.com/actions/upload-artifact#upload-an-artifact
      const folders = stepsWith(check, 'actions/upload-artifact').filter(({ path }) => !String(path).includes('.'));
      expect(folders.map((folder) => folder['include-hidden-files'])).toEqual(folders.map(() => true));
      const put = stepsWith(dev, 'actions/download-artifact').map(({ name, path }) => ({ name, put: path }));
      expect(put).toEqual(Object.entries(artifacts).map(([name, artifact]) => ({ name, put: artifact.put })));
      expect(stepOf(check, 'Build the image').run).toContain('docker save image | gzip > image.tar.gz');
      expect(scripts.filter((script) => / build\b/.test(script)).map((script) => check.steps.some(({ run }) => run === script))).not.toContain(false);
    });

    test('builds the image once, on a machine of its processor', () => {
      expect(scripts.flatMap((script) => script.split('\n')).filter((line) => line.includes('docker build'))).toEqual([delivery.build]);
      expect([check, dev, prod].map((job) => job['runs-on'])).toEqual(Array(3).fill(delivery.runner));
      expect(delivery.build).toContain(`--platform linux/${delivery.runner.endsWith('-arm') ? 'arm64' : 'amd64'} `);
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
      const used = delivered.steps.flatMap(({ uses }) => uses ?? []);
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

    test.each(scripts.map((script) => [script.split('\n')[0], script]))('bash can read: %s', (_, script) => {
      expect(spawnSync('bash', ['-n', '-c', script], { encoding: 'utf8' }).stderr).toBe('');
    });

    test('runs programs that a runner has, or that the example depends on', () => {
      const programs = scripts.flatMap((script) => script.replace(/\\\n/g, ' ').split('\n')).flatMap((line) => line.split(/ \| | && |; then/))
        .map((command) => command.trim().replace(/^if ! |^\w+=\$\(/, '').split(' ').slice(0, 2)).filter(([program]) => !['', 'fi', '{', '}'].includes(program));
      const called = [...new Set(programs.map(([program, second]) => (program === 'npx' ? `npx ${second}` : program)))].sort();
      expect(called).toEqual(delivery.programs);
    });

    test('pushes the image under the commit, where it is not there yet', () => {
      const { status, calls } = delivered.run('Push the image', { standIns: docker(), env: { IMAGE: image } });
      expect(status).toBe(0);
      expect(calls).toEqual(expect.arrayContaining(['aws ecr get-login-password', 'docker login --username AWS --password-stdin 111111111111.dkr.ecr.eu-west-1.amazonaws.com']));
      expect(calls.slice(2)).toEqual([`docker manifest inspect ${image}`, 'docker load --input image.tar.gz', `docker tag image ${image}`, `docker push ${image}`]);
      expect(stepOf(dev, 'Push the image').env).toEqual({ IMAGE: '${{ vars.REPOSITORY_URI }}:${{ github.sha }}' });
    });

    test('leaves the image alone where a run is repeated', () => {
      const { status, calls } = delivered.run('Push the image', { standIns: docker(image), env: { IMAGE: image } });
      expect(status).toBe(0);
      expect(calls.slice(2)).toEqual([`docker manifest inspect ${image}`]);
    });

    test.each(delivery.stepPromises)('$promise', ({ step, calls, summary = '', fails, ...around }) => {
      expect(delivered.run(step, around)).toMatchObject({ status: 0, calls, summary });
      const failed = delivered.run(step, { ...around, standIns: { ...around.standIns, ...fails } });
      expect(failed.status).toBe(22);
      expect(failed.calls.length).toBeLessThanOrEqual(calls.length);
    });
  });

  describe('the app that it delivers', () => {
    const load = (profile: string, further: Record<string, unknown> = {}): App => loadExample(example, exampleContext(example, profile, further));
    const isRole = (construct: IConstruct): construct is GitHubDeliveryRole => construct instanceof GitHubDeliveryRole;
    const rolesOf = (app: App): GitHubDeliveryRole[] => app.node.findAll().filter(isRole);
    const stacksOf = (app: App): Stack[] => app.node.findAll().filter(Stack.isStack);
    const given = [...new Set([...text.matchAll(/--context ([\w:]+)=/g)].map(([, name]) => name))];

    test.each(['dev', 'prod'])('trusts the jobs of %s', (profile) => {
      expect(rolesOf(load(profile)).map(({ subject }) => subject.split(':').slice(2).join(':'))).toEqual([`environment:${profile}`]);
    });

    test.each([['dev', {}], ['dev', DOMAIN], ['prod', {}], ['prod', DOMAIN]])('lets them deploy to each region that it has stacks of: %s %j', (profile, further) => {
      const app = load(profile, further);
      const [{ role }] = rolesOf(app);
      const policy = JSON.stringify(Stack.of(role).resolve((role.node.findChild('DefaultPolicy').node.defaultChild as CfnResource & { policyDocument: unknown }).policyDocument));
      const regions = stacksOf(app).map((stack) => JSON.stringify(stack.resolve(stack.region)).replace(/^"/, '"-'));
      expect(regions.filter((region) => !policy.includes(region))).toEqual([]);
    });

    test('leaves to people what decides who delivers, and nothing else', () => {
      const app = load('prod', DOMAIN);
      app.synth();
      const { stack: name, alone } = delivery.deploys;
      const deployed = new Set([app.node.findChild(name) as Stack]);
      // sets are gone through to the end, with what is added meanwhile
      if (!alone) for (const stack of deployed) stack.dependencies.forEach((needed) => deployed.add(needed));
      expect(stacksOf(app).filter((stack) => !deployed.has(stack)).map(({ node }) => node.path)).toEqual(delivery.byHand);
      expect(delivery.byHand).toContain(Stack.of(rolesOf(app)[0]).node.path);
    });

    test('has the stacks and outputs that it names', () => {
      const assembly = load('prod').synth();
      for (const [id, names] of Object.entries(delivery.outputs)) {
        const { Outputs } = assembly.stacks.find(({ hierarchicalId }) => hierarchicalId === id)!.template;
        expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(names));
      }
    });

    test('reads what it is given', () => {
      const app = fs.readFileSync(fileOf(example, 'app.ts'), 'utf8');
      expect(given.filter((name) => name !== 'patternbook:environment' && !app.includes(name))).toEqual([]);
    });

    test.each(['dev', 'prod'])('takes variables that nobody has set, in %s', (profile) => {
      const variables = [...text.matchAll(/--context (\w+)="\$(\w+)"/g)].filter(([, , variable]) => text.includes(`vars.${variable} `));
      const unset = Object.fromEntries(variables.map(([, name]) => [name, '']));
      expect(Object.keys(unset)).toContain('domain');
      expect(() => load(profile, unset)).not.toThrow();
    });

    test('leaves to cdk.json what nobody has set at GitHub, and goes before it with what somebody has', () => {
      const step = delivery.stepPromises[0];
      const contextWith = (variables: Record<string, string>): string[] => {
        const { calls } = delivered.run(step.step, { ...step, env: { ...step.env, ALERT_EMAIL: '', ...variables } });
        return [...calls[1].matchAll(/--context (\S+)/g)].map(([, value]) => value);
      };
      const always = ['patternbook:environment=dev', 'imageTag=abc'];
      expect(contextWith({})).toEqual(always);
      expect(contextWith({ ALERT_EMAIL: 'a@b.c', DOMAIN: 'd', HOSTED_ZONE_ID: 'h', ZONE_NAME: 'z' }))
        .toEqual([...always, 'alertEmail=a@b.c', 'domain=d', 'hostedZoneId=h', 'zoneName=z']);
    });

    test('has the files and programs that it runs', () => {
      const files = [`${service}/requirements-dev.txt`, `${service}/Dockerfile`, 'nag.ts', 'tsconfig.json', ...delivery.files];
      expect(files.filter((file) => !fs.existsSync(fileOf(example, file)))).toEqual([]);
      const { devDependencies } = JSON.parse(fs.readFileSync(fileOf(example, 'package.json'), 'utf8'));
      expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['aws-cdk', 'cdk-nag', 'tsx', 'typescript']));
      expect(fs.readFileSync(fileOf(example, service, 'requirements-dev.txt'), 'utf8')).toMatch(/^pytest/m);
    });
  });
});

test('no-nat-api is called where its load balancer calls it', () => {
  const [, called] = /"\$URL(\/\w+)"/.exec(new DeliveryWorkflow('no-nat-api').text)!;
  expect(fs.readFileSync(fileOf('no-nat-api', 'app.ts'), 'utf8')).toContain(`healthCheckPath: '${called}'`);
});
