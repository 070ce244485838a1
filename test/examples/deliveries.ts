// What differs between the examples that bring a workflow along: its steps, what their shell calls, and what it takes of the app.
import { StandIns } from './shell';
import { Surroundings } from './workflow';

/** A promise of one step, which fails where a program does that it calls. */
export interface StepPromise extends Surroundings {
  readonly promise: string;
  readonly step: string;
  readonly calls: unknown[];
  /** What it adds to the summary of the job; nothing if it fails in `try`. */
  readonly summary?: string;
  /** Programs that fail, with 22. */
  readonly fails: StandIns;
}

export interface Delivery {
  readonly example: string;
  /** Folder of the image. */
  readonly service: string;
  readonly runner: string;
  readonly build: string;
  readonly checks: string[];
  readonly steps: string[];
  /** What is built once and carried to both environments: where it is built, and where it is put. */
  readonly artifacts: Record<string, { readonly path: string; readonly put?: string }>;
  readonly programs: string[];
  readonly stepPromises: StepPromise[];
  /** The stack that is deployed, with what it depends on unless it is deployed alone. */
  readonly deploys: { readonly stack: string; readonly alone: boolean };
  /** Stacks that are left to people: the role by which the jobs come in is in one of them. */
  readonly byHand: string[];
  /** Outputs that the workflow or its reader takes, by stack. */
  readonly outputs: Record<string, string[]>;
  /** Files of the example that it runs or reads, beside those that all have. */
  readonly files: string[];
}

const FAILS = 'exit 22';
const VARIABLES = { ENVIRONMENT: 'dev', GITHUB_SHA: 'abc', ALERT_EMAIL: 'ops@example.com', DOMAIN: '', HOSTED_ZONE_ID: '', ZONE_NAME: '' };
const CONTEXT = '--context patternbook:environment=dev --context imageTag=abc --context alertEmail=ops@example.com';
const TOOLS = ['actions/checkout@v7', 'actions/setup-node@v7'];
const CHECKS = ['Install the CDK', 'Check the types', 'Judge by the security rules', 'Synthesize the templates', 'Build the image'];

const NO_NAT_OUTPUTS = { 'outputs.json': JSON.stringify({ 'no-nat-api-dev': { Url: 'https://api.example.com' } }) };
const FILLUP_OUTPUTS = {
  'outputs.json': JSON.stringify({
    'fillup-data-dev': { Tunnel: 'aws ssm start-session' },
    'fillup-app-dev': { Url: 'https://fillup.example.com', Upload: "aws s3 sync 'web/dist' s3://site --exclude '*'\naws cloudfront create-invalidation" },
  }),
};

export const DELIVERIES: Delivery[] = [
  {
    example: 'no-nat-api',
    service: 'service',
    runner: 'ubuntu-24.04',
    build: 'docker build --platform linux/amd64 --tag image service',
    checks: [...TOOLS, 'actions/setup-python@v7', 'Test the service', ...CHECKS, 'actions/upload-artifact@v7'],
    steps: [...TOOLS, 'actions/download-artifact@v8', 'Come into AWS', 'Push the image', 'Deploy', 'Call it'],
    artifacts: { image: { path: 'image.tar.gz' } },
    programs: ['aws', 'curl', 'docker', 'gzip', 'node', 'npm', 'npx cdk', 'npx tsc', 'python'],
    stepPromises: [
      {
        promise: 'deploys the system alone, in the environment of the job, with the image of the commit',
        step: 'Deploy',
        standIns: { npm: '', npx: '' },
        env: VARIABLES,
        calls: ['npm install', `npx cdk deploy NoNatApi --exclusively --require-approval never --outputs-file outputs.json ${CONTEXT}`],
        fails: { npx: FAILS },
      },
      {
        promise: 'calls what was deployed at its own address, and fails with it',
        step: 'Call it',
        standIns: { curl: '' },
        files: NO_NAT_OUTPUTS,
        calls: [expect.stringMatching(/^curl --fail .* https:\/\/api\.example\.com\/health$/)],
        fails: { curl: FAILS },
      },
    ],
    deploys: { stack: 'NoNatApi', alone: true },
    byHand: ['Images'],
    outputs: { Images: ['DeliveryRoleArn', 'RepositoryUri'], NoNatApi: ['Url'] },
    files: [],
  },
  {
    example: 'fillup-pwa',
    service: 'api',
    runner: 'ubuntu-24.04-arm',
    build: 'docker build --platform linux/arm64 --provenance=false --tag image api',
    checks: [
      ...TOOLS, 'actions/setup-python@v7', 'Test the service', 'Test and build the pages', ...CHECKS, 'actions/upload-artifact@v7', 'actions/upload-artifact@v7',
    ],
    steps: [
      ...TOOLS, 'actions/download-artifact@v8', 'actions/download-artifact@v8', 'Come into AWS', 'Push the image',
      'Synthesize', 'List the permissions that it widens', 'Deploy', 'Upload the pages', 'Try it',
    ],
    artifacts: { image: { path: 'image.tar.gz' }, pages: { path: 'web/dist', put: 'web/dist' } },
    programs: ['aws', 'bash', 'docker', 'echo', 'gzip', 'node', 'npm', 'npx cdk', 'npx tsc', 'python'],
    stepPromises: [
      {
        promise: 'synthesizes once, for the environment of the job, with the image of the commit',
        step: 'Synthesize',
        standIns: { npm: '', npx: '' },
        env: VARIABLES,
        calls: ['npm install', `npx cdk synth --quiet ${CONTEXT}`],
        fails: { npx: FAILS },
      },
      {
        promise: 'lists the permissions that it widens where who approves can read them',
        step: 'List the permissions that it widens',
        standIns: { npx: 'echo changes; echo warnings >&2' },
        env: VARIABLES,
        calls: ['npx cdk diff FillUp --app cdk.out --security-only --method template --no-color'],
        summary: '### Permissions that this release widens in dev\n```\nchanges\n```\n',
        fails: { npx: FAILS },
      },
      {
        promise: 'deploys what was synthesized, with what it depends on',
        step: 'Deploy',
        standIns: { npx: '' },
        calls: ['npx cdk deploy FillUp --app cdk.out --require-approval never --outputs-file outputs.json'],
        fails: { npx: FAILS },
      },
      {
        promise: 'uploads by the commands of the app, to the last',
        step: 'Upload the pages',
        standIns: { aws: '' },
        files: FILLUP_OUTPUTS,
        calls: ['aws s3 sync web/dist s3://site --exclude *', 'aws cloudfront create-invalidation'],
        // the first of them: the others must not go on
        fails: { aws: `[ "$1" = cloudfront ] || ${FAILS}` },
      },
      {
        promise: 'tries what was deployed at its own address, and then says so',
        step: 'Try it',
        // stands in for itself, too, where it reads the outputs
        standIns: { node: `[ "$1" = smoke.mjs ] || exec '${process.execPath}' "$@"` },
        files: FILLUP_OUTPUTS,
        env: VARIABLES,
        calls: [expect.stringMatching(/^node --print /), 'node smoke.mjs https://fillup.example.com'],
        summary: '**dev** has abc, tried at https://fillup.example.com\n',
        fails: { node: `[ "$1" != smoke.mjs ] || ${FAILS}; exec '${process.execPath}' "$@"` },
      },
    ],
    deploys: { stack: 'FillUp', alone: false },
    byHand: ['FillUpGovernance'],
    outputs: { Images: ['ApiRepositoryUri'], FillUpGovernance: ['DeliveryRoleArn'], FillUp: ['Upload', 'Url'] },
    files: ['smoke.mjs', 'release.sh', 'web/package-lock.json'],
  },
];
