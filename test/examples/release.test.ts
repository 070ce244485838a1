// The script that releases a version of fillup-pwa from one's own computer.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { docker, runScript, runShell, ShellRun, StandIns } from './shell';
import { DeliveryWorkflow, fileOf, stepOf } from './workflow';

const EXAMPLE = 'fillup-pwa';
const NAME = 'release.sh';
const REGISTRY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
const IMAGE = `${REGISTRY}/api-1:v1`;
const IMAGES = { 'fillup-images-dev': { ApiRepositoryUri: `${REGISTRY}/api-1` } };
const ALL = {
  ...IMAGES,
  'fillup-app-dev': { Url: 'https://fillup.example.com', Upload: "aws s3 sync 'web/dist' s3://site --exclude '*'\naws s3 cp 'web/dist/index.html' s3://site/index.html" },
};

/** A CDK that deploys: it writes the outputs of what it is asked for. */
function deploys(images: unknown = IMAGES, all: unknown = ALL): StandIns {
  const written = (outputs: unknown): string => `'${JSON.stringify(outputs).replace(/'/g, "'\\''")}'`;
  return { npx: `[ "$3" = Images ] && echo ${written(images)} > "$5" || echo ${written(all)} > "$5"` };
}

const standIns = (further: StandIns = {}): StandIns => ({ ...docker(), ...deploys(), npm: '', ...further });

function release(args: string, programs: StandIns = standIns(), folders = ['node_modules', 'web']): ShellRun {
  return runScript(fileOf(EXAMPLE, NAME), args, programs, (folder) => folders.forEach((name) => fs.mkdirSync(path.join(folder, name))));
}

const pages = ['npm ci', 'npm run build'];
const deploy = (what: string, options = ''): string => `npx cdk deploy ${what} --outputs-file outputs.json --context imageTag=v1${options}`;
const login = ['aws ecr get-login-password --region eu-west-1', `docker login --username AWS --password-stdin ${REGISTRY}`];
const build = `docker build --platform linux/arm64 --provenance=false --tag ${IMAGE} api`;
const upload = ['aws s3 sync web/dist s3://site --exclude *', 'aws s3 cp web/dist/index.html s3://site/index.html'];

test('it builds, deploys and uploads in this order: the page last', () => {
  const { status, calls, output } = release('v1');
  expect(status).toBe(0);
  // the two programs of a pipe begin in either order
  expect([...calls.slice(3, 5)].sort()).toEqual(login);
  expect([...calls.slice(0, 3), ...calls.slice(5)]).toEqual([
    ...pages, deploy('Images'), `docker manifest inspect ${IMAGE}`, build, `docker push ${IMAGE}`, deploy('--all'), ...upload,
  ]);
  expect(output).toMatch(/\nhttps:\/\/fillup\.example\.com\n$/);
});

test('an image that is there already is left as it is, and deployed', () => {
  const { status, calls, output } = release('v1', standIns(docker(IMAGE)));
  expect(status).toBe(0);
  expect(output).toContain(`${IMAGE} is there already`);
  expect(calls.filter((call) => /docker (build|push)/.test(call))).toEqual([]);
  expect(calls.slice(-3)).toEqual([deploy('--all'), ...upload]);
});

test('options go to the CDK, both times and as they were given', () => {
  const { calls } = release("v1 --context patternbook:environment=dev --context stacks=one --toolkit-stack-name 'two words'");
  const options = ' --context patternbook:environment=dev --context stacks=one --toolkit-stack-name two words';
  expect(calls.filter((call) => call.startsWith('npx'))).toEqual([deploy('Images', options), deploy('--all', options)]);
  expect(release("v1 --context 'a=b c'", standIns({ npx: `[ "$8 $#" = '--context 9' ] || exit 9; ${deploys().npx}` })).status).toBe(0);
});

test.each<[string, StandIns, string]>([
  ['the page is not built', { npm: '[ "$1" = ci ] || exit 4' }, 'npm run build'],
  ['its packages do not come', { npm: 'exit 4' }, 'npm ci'],
  ['the repository is not deployed', { npx: 'exit 4' }, deploy('Images')],
  ['the image is not built', { docker: 'case "$1" in login) cat;; build) exit 4;; manifest) false;; esac' }, build],
  ['the image is not let in', { docker: 'case "$1" in login) cat;; push) exit 4;; manifest) false;; esac' }, `docker push ${IMAGE}`],
  ['the stacks are not deployed', { npx: `[ "$3" = Images ] || exit 4; ${deploys().npx}` }, deploy('--all')],
  ['a file is not uploaded', { aws: 'echo password; [ "$1" = ecr ] || exit 4' }, upload[0]],
])('it stops where %s', (_, further, last) => {
  const { status, calls, output } = release('v1', standIns(further));
  expect([status, calls[calls.length - 1]]).toEqual([4, last]);
  expect(output).not.toContain('https://');
});

test('it stops where nobody may log in, with a password too that came before the failure', () => {
  for (const aws of ['exit 255', 'echo password; exit 255']) {
    const { status, calls } = release('v1', standIns({ aws }));
    expect(status).not.toBe(0);
    expect(calls.filter((call) => /docker (build|push)|deploy --all/.test(call))).toEqual([]);
  }
});

test('it says what it lacks', () => {
  const lacks = (said: string): object => ({ status: 1, output: expect.stringMatching(new RegExp(`(^|\n)${said}\n$`)) });
  const usage = lacks('usage: ./release.sh TAG \\[OPTIONS OF CDK DEPLOY\\]');
  expect(release('')).toMatchObject(usage);
  expect(release('--context patternbook:environment=dev')).toMatchObject({ ...usage, calls: [] });
  expect(release('v1', standIns(), ['web'])).toMatchObject({ ...lacks("the CDK is not installed: run 'npm install' first"), calls: [] });
  expect(release('v1', standIns(deploys({ images: {} })))).toMatchObject(lacks('no stack in outputs.json has an output ApiRepositoryUri'));
  const without = release('v1', standIns(deploys(IMAGES, IMAGES)));
  expect(without).toMatchObject(lacks('no stack in outputs.json has an output Upload'));
  expect(without.calls.filter((call) => call.startsWith('aws s3'))).toEqual([]);
});

test.each(['aws', 'docker', 'node', 'npm', 'npx'])('it says that there is no %s', (missing) => {
  const others = ['aws', 'docker', 'node', 'npm', 'npx'].filter((program) => program !== missing);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'programs-'));
  for (const program of others) fs.writeFileSync(path.join(folder, program), '', { mode: 0o755 });
  try {
    // what every computer has, and no other program of this one
    const { status, output } = runShell(`for program in env bash dirname; do ln -s "$(command -v $program)" '${folder}'; done; PATH='${folder}' '${fileOf(EXAMPLE, NAME)}' v1`, folder, {});
    expect([status, output]).toEqual([1, `there is no ${missing}: install it first\n`]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('it may be run, and builds the image as the workflow does', () => {
  expect(() => fs.accessSync(fileOf(EXAMPLE, NAME), fs.constants.X_OK)).not.toThrow();
  const { check } = new DeliveryWorkflow(EXAMPLE);
  expect(stepOf(check, 'Build the image').run).toContain(build.replace(IMAGE, 'image'));
});
