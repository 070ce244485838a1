// Runs the integration tests in a real AWS account: it costs money, so that the account has to be named. `npm run integ` runs them on the local sandbox.
import { spawn } from 'child_process';
import * as path from 'path';
import { parseArgs } from 'util';
import { accountOf, stacksThere } from './real-account/account';
import { IMAGE_VARIABLE, Plan, planIn } from './real-account/plan';

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, '.sandbox', 'integ-aws');
const USAGE = `npm run integ:aws -- [--dry-run] [--account ID] [--profile NAME] [--regions REGION,…] [--image REPOSITORY:TAG] [--keep] [TEST…]

  --dry-run   synthesize the tests, say what they would cost and leave behind, and deploy nothing
  --account   the account that the tests may deploy to: without it nothing is deployed
  --profile   profile of the AWS configuration
  --regions   where, one test at a time in each; default us-east-1
  --image     image of the example service in the account's registry; without it the tests that need one are left out
  --keep      leave the stacks, to look at them`;

/** With none at all the runner would look for some on the network. */
const NO_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_EC2_METADATA_DISABLED: 'true' };

interface Choices {
  readonly dryRun: boolean;
  readonly account?: string;
  readonly profile?: string;
  readonly regions: readonly string[];
  readonly keep: boolean;
  readonly tests: readonly string[];
}

async function main(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      'account': { type: 'string' },
      'profile': { type: 'string' },
      'regions': { type: 'string', default: 'us-east-1' },
      'image': { type: 'string' },
      'keep': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const choices: Choices = {
    dryRun: values['dry-run'], account: values.account, profile: values.profile, regions: values.regions.split(','), keep: values.keep, tests: positionals,
  };
  const environment = {
    ...process.env,
    ...(values.image ? { [IMAGE_VARIABLE]: values.image } : {}),
    CDK_VALIDATION: 'false',
    TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.dev.json'),
  };
  // before anything is synthesized, which takes a while
  if (!choices.dryRun) await refuseOtherAccounts(choices);
  const plan = planIn(FOLDER, choices.tests, environment);
  console.log(described(plan, choices));
  if (plan.tests.length === 0) throw new Error('no test is left to run: name an image by --image');
  if (choices.dryRun) return runner(['--dry-run'], choices, { ...environment, ...NO_CREDENTIALS });
  const code = await runner(choices.keep ? ['--no-clean'] : [], choices, environment);
  return choices.keep ? code : Math.max(code, await leftIn(plan, choices));
}

/** What is deployed costs money, and may collide with what is there: it has to be said in which account. */
async function refuseOtherAccounts({ account, profile, regions }: Choices): Promise<void> {
  const own = await accountOf(profile, regions[0]);
  if (account !== own) {
    throw new Error(`'--account' must be the account of the credentials, ${own}, got ${account ?? 'none'}: add --account ${own} if it is one in which nothing else matters`);
  }
}

function described({ tests, leftOut }: Plan, { regions, dryRun }: Choices): string {
  const hourly = tests.reduce((sum, test) => sum + test.hourly, 0);
  return [
    `${dryRun ? 'Would deploy' : 'Deploys'} to ${regions.join(', ')}:`,
    ...tests.map(({ file, stacks, hourly: cost }) => `  ${file}: ${stacks.join(', ')}, about $${cost.toFixed(2)} an hour`),
    ...leftOut.map((file) => `  not ${file}: it needs --image`),
    `It takes 20 to 40 minutes, most of it for databases, and costs about $${hourly.toFixed(2)} for each hour that the stacks stand, at list price.`,
    'When the stacks are deleted these stay, and cost, until you delete them:',
    ...tests.flatMap(({ file, stays }) => (stays.length === 0 ? [`  of ${file}: nothing`] : stays.map((what) => `  of ${file}: ${what}`))),
  ].join('\n');
}

/** Run integ-runner on the copy of the tests, to its end, which it tells by its exit code. */
function runner(words: readonly string[], { profile, regions, tests }: Choices, environment: NodeJS.ProcessEnv): Promise<number> {
  const cli = require.resolve('@aws-cdk/integ-runner/bin/integ-runner');
  const app = `node --import tsx ${path.join(__dirname, 'integ-wrapper.cjs')} {filePath}`;
  const where = [...regions.flatMap((region) => ['--parallel-regions', region]), ...(profile ? ['--profiles', profile] : [])];
  const args = ['--directory', path.relative(ROOT, FOLDER), '--test-regex', '^integ\\..*\\.ts$', '--app', app, '--force', ...where, ...words, ...tests];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: ROOT, stdio: 'inherit', env: environment });
    // the runner deletes its stacks when it is interrupted: it must be let
    process.on('SIGINT', () => undefined);
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Stacks that could not be deleted, which is a failure, with the way to delete them. */
async function leftIn({ tests }: Plan, { profile, regions }: Choices): Promise<number> {
  const names = tests.flatMap(({ stacks }) => stacks);
  const left = await Promise.all(regions.map(async (region) => (await stacksThere(names, profile, region)).map((name) =>
    `aws cloudformation delete-stack --stack-name ${name} --region ${region}${profile ? ` --profile ${profile}` : ''}`)));
  const commands = left.flat();
  if (commands.length > 0) console.error(`These stacks are still there, and cost money. Delete them:\n  ${commands.join('\n  ')}`);
  return commands.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
