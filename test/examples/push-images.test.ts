// The script that builds and pushes the images of an example. Examples that have it have it alike.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { CfnOutput } from 'aws-cdk-lib';
import { docker, runScript, runShell, ShellRun, StandIns } from './shell';
import { exampleContext, loadExample } from '../../integ/example-app';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');
const NAME = 'push-images.sh';
const copies = fs.readdirSync(EXAMPLES).map((example) => path.join(EXAMPLES, example, NAME)).filter((file) => fs.existsSync(file));
const REGISTRY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
const OUTPUTS = { 'nexus-ai-images-dev': { ApiRepositoryUri: `${REGISTRY}/api-1`, WebRepositoryUri: `${REGISTRY}/web-2`, DeliveryRoleArn: 'arn:aws:iam::111111111111:role/delivery' } };

function push(args: string, standIns: StandIns = docker(), outputs: unknown = OUTPUTS): ShellRun {
  return runScript(copies[0], args, standIns, (folder) => {
    if (outputs !== null) fs.writeFileSync(path.join(folder, 'outputs.json'), JSON.stringify(outputs));
  });
}

const login = ['aws ecr get-login-password --region eu-west-1', `docker login --username AWS --password-stdin ${REGISTRY}`];
const has = (image: string): string => `docker manifest inspect ${image}`;
const builds = (image: string, folder: string): string[] => [`docker build --platform linux/amd64 --tag ${image} ${folder}`, `docker push ${image}`];
const sorted = (calls: readonly string[]): string[] => [...calls].sort();

test('stand-ins are called, whatever else the settings of a person put in their place', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'home-'));
  fs.writeFileSync(path.join(home, 'aws'), '#!/bin/sh\necho the real one\n', { mode: 0o755 });
  fs.writeFileSync(path.join(home, '.bashrc'), `PATH='${home}':$PATH\n`);
  try {
    // as where no shell is around the tests
    expect(runShell('aws', home, docker(), { HOME: home, SHLVL: '0' })).toEqual({ status: 0, output: 'password\n', calls: ['aws '] });
  } finally {
    fs.rmSync(home, { recursive: true });
  }
});

test('it builds what is in the folder of each repository, and pushes it there', () => {
  const { status, calls } = push('v1');
  expect(status).toBe(0);
  // the two programs of a pipe begin in either order
  expect(sorted(calls)).toEqual(sorted([
    ...login, has(`${REGISTRY}/api-1:v1`), ...builds(`${REGISTRY}/api-1:v1`, 'api'),
    ...login, has(`${REGISTRY}/web-2:v1`), ...builds(`${REGISTRY}/web-2:v1`, 'web'),
  ]));
});

test('it leaves alone what is there already, as a tag cannot be moved', () => {
  const { status, calls, output } = push('v1', docker(`${REGISTRY}/api-1:v1`));
  expect(status).toBe(0);
  expect(output).toContain(`${REGISTRY}/api-1:v1 is there already`);
  expect(calls.filter((call) => /docker (build|push)/.test(call))).toEqual(builds(`${REGISTRY}/web-2:v1`, 'web'));
});

test('an output without a name before it is that of the folder service', () => {
  const { calls } = push('v2', docker(), { images: { RepositoryUri: `${REGISTRY}/api-1` } });
  expect(calls.slice(-2)).toEqual(builds(`${REGISTRY}/api-1:v2`, 'service'));
});

test('it stops where an image does not build, or is not let in', () => {
  const broken = { ...docker(), docker: 'case "$1" in login) cat;; build) exit 3;; manifest) false;; esac' };
  expect(push('v1', broken)).toMatchObject({ status: 3 });
  expect(push('v1', broken).calls.filter((call) => call.startsWith('docker push'))).toEqual([]);
  // with a password, too, that came before the failure
  for (const aws of ['exit 255', 'echo password; exit 255']) {
    const { status, calls } = push('v1', { ...docker(), aws });
    expect(status).not.toBe(0);
    expect(calls.filter((call) => call.startsWith('docker build'))).toEqual([]);
  }
});

test('it says what it lacks', () => {
  expect(push('')).toMatchObject({ status: 1, output: expect.stringContaining('usage: ./push-images.sh TAG') });
  expect(push('v1', docker(), null)).toMatchObject({ status: 1, output: "there is no outputs.json: run 'npx cdk deploy Images --outputs-file outputs.json' first\n" });
  expect(push('v1', docker(), { images: {} })).toMatchObject({ status: 1, output: 'no stack in outputs.json has an output that ends in RepositoryUri\n' });
});

test.each(copies.map((file) => [path.basename(path.dirname(file)), file]))('%s has the outputs that it reads, and a Dockerfile for each', (example, file) => {
  const outputs = loadExample(example, exampleContext(example, 'dev')).node.findChild('Images').node.children.filter((child) => child instanceof CfnOutput);
  const names = outputs.flatMap(({ node }) => /^(\w*)RepositoryUri$/.exec(node.id)?.[1] ?? []);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !fs.existsSync(path.join(path.dirname(file), name.toLowerCase() || 'service', 'Dockerfile')))).toEqual([]);
});

test('all examples that have it have the same, and may run it', () => {
  expect(copies.length).toBeGreaterThan(0);
  expect(new Set(copies.map((file) => fs.readFileSync(file, 'utf8'))).size).toBe(1);
  expect(() => copies.forEach((file) => fs.accessSync(file, fs.constants.X_OK))).not.toThrow();
});
