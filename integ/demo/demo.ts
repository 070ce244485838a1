// Deploys an example to the local sandbox as a real account would get it, calls it, breaks it, updates it, prices it.
import * as fs from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { showAlarms, showCost, showInventory, showReference, templatesOf } from './report';
import { bold, dim, green, line, moving, red, step } from './screen';
import { Story } from './story';
import { compareEgress } from '../../src/review/egress-cost';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { exampleContext, exampleNames, loadExample } from '../example-app';
import { Outputs, Progress } from '../sandbox/deployment';
import { Sandbox } from '../sandbox/sandbox';

// the schema of the templates is validated by `synth:examples`
process.env.CDK_VALIDATION = 'false';

const ROOT = path.join(__dirname, '..', '..');
/** The example whose architecture states its own bill. */
const REFERENCE = 'production-api';
/** How long a minute of a deployment is that shifts traffic: long enough to see both versions answer. */
const MINUTE_MILLISECONDS = 500;
/** What is told when it is ready, since a reader waits for it. */
const WORTH_A_LINE = /^AWS::(EC2::VPC|RDS::DBInstance|ElasticLoadBalancingV2::LoadBalancer|ECS::Service|ECS::TaskDefinition|SNS::Topic|ECR::Repository|CloudWatch::Dashboard)$/;

function synthesize(example: string, imageTag: string): string {
  const out = path.join(ROOT, 'cdk.out', 'demo', example, imageTag);
  fs.rmSync(out, { recursive: true, force: true });
  loadExample(example, exampleContext(example, 'prod', { imageTag }), { outdir: out }).synth();
  return out;
}

/** Logical ids whose definition differs between two assemblies. */
function changedIds(before: string, after: string): Set<string> {
  const definitions = (folder: string): Map<string, string> =>
    new Map(templatesOf(folder).flatMap(({ Resources = {} }) => Object.entries(Resources)).map(([id, resource]) => [id, JSON.stringify(resource)]));
  const [old, now] = [definitions(before), definitions(after)];
  return new Set([...now].filter(([id, definition]) => old.get(id) !== definition).map(([id]) => id));
}

/** Tells what is ready; of an update only what it changes, as the emulator reports every resource. */
function progress(changed?: Set<string>): (event: Progress) => void {
  let finished = 0;
  return ({ logicalId, resourceType, status, reason }) => {
    if (changed && !changed.has(logicalId) && resourceType !== 'AWS::ECS::Service') return;
    if (status.endsWith('_COMPLETE') && resourceType !== 'AWS::CloudFormation::Stack') finished += 1;
    if (status.endsWith('_FAILED')) line(red(`✘ ${logicalId} ${resourceType}: ${reason ?? status}`));
    else if (/^(CREATE|UPDATE)_COMPLETE$/.test(status) && WORTH_A_LINE.test(resourceType)) line(`${green('✔')} ${resourceType.replace(/^AWS::/, '')} ${dim(logicalId)}`);
    else moving(`${finished} finished · ${resourceType} ${logicalId}`);
  };
}

const deploy = (sandbox: Sandbox, assembly: string, before?: string): Promise<Outputs> =>
  sandbox.deploy(assembly, undefined, progress(before === undefined ? undefined : changedIds(before, assembly)));

/** Lines of an example's app that are neither blank nor comment. */
function linesOf(example: string): number {
  return fs.readFileSync(path.join(ROOT, 'examples', example, 'app.ts'), 'utf8').split('\n').filter((text) => !/^\s*(\/\/.*)?$/.test(text)).length;
}

async function stopKept(): Promise<void> {
  const kept = await Sandbox.kept();
  for (const sandbox of kept) await sandbox.stop();
  console.log(`${kept.length} kept ${kept.length === 1 ? 'sandbox' : 'sandboxes'} stopped`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      keep: { type: 'boolean', default: false },
      stop: { type: 'boolean', default: false },
      example: { type: 'string', default: REFERENCE },
      // pictures of its pages, where a story takes any, go to where its README shows them
      pictures: { type: 'boolean', default: false },
      // how long users keep it busy, where a story has any
      load: { type: 'string', default: '30' },
    },
  });
  if (values.stop) return stopKept();
  const { keep, example } = values;
  const loadSeconds = Number(values.load);
  if (!(loadSeconds >= 1)) throw new Error(`'--load' must be a number of seconds, got '${values.load}'`);
  if (!exampleNames().includes(example)) throw new Error(`'--example' must be one of ${exampleNames().join(', ')}, got '${example}'`);

  const { story } = await import(`./stories/${example}`) as { story: Story };
  const start = Date.now();
  const facts: string[] = [];
  console.log(bold(`cdk-patternbook: ${example} in prod, deployed on this machine`));
  console.log(dim('An emulated AWS account with real processes behind it: PostgreSQL with TLS, the services themselves, health checks, rollbacks.'));
  const assembly = await step('Synthesize', async () => {
    const out = synthesize(example, 'v1');
    facts.push(`${linesOf(example)} lines of examples/${example}/app.ts became ${showInventory(templatesOf(out))} resources`);
    return out;
  });
  const sandbox = await step('Start the sandbox', async () => {
    const started = await Sandbox.start({ images: path.join(ROOT, 'examples', example, 'sandbox.json'), minuteMilliseconds: MINUTE_MILLISECONDS });
    line(`an AWS endpoint of its own at ${started.endpoint}`);
    return started;
  });
  let kept = false;
  try {
    const first = await step('Deploy version 1', () => deploy(sandbox, assembly));
    let deployed = assembly;
    await story({
      sandbox,
      outputs: first,
      pictures: path.join(ROOT, values.pictures ? 'examples' : path.join('cdk.out', 'demo'), example, 'pictures'),
      loadSeconds,
      deploy: async (imageTag) => {
        const next = synthesize(example, imageTag);
        const outputs = await deploy(sandbox, next, deployed);
        // only what succeeded is there now
        deployed = next;
        return outputs;
      },
      prove: async (title, work) => { facts.push(await step(title, work)); },
    });
    const templates = templatesOf(assembly);
    await step('Alarms, and whom they reach', async () => {
      const alarms = await sandbox.alarms();
      showAlarms(templates);
      const mute = alarms.filter(({ actions }) => actions.length === 0);
      const topics = [...new Set(alarms.flatMap(({ actions }) => actions))];
      line(`${alarms.length} alarms, ${mute.length} without an action; all act on ${topics.join(', ')}`);
      line('→ e-mail to ops@example.com, who would confirm the subscription once');
      facts.push(`${alarms.length} alarms watch it, ${alarms.length - mute.length} of them tell somebody`);
    });
    await step('What a real account would pay', async () => {
      const cost = estimateMonthlyCost(templates);
      showCost(cost);
      facts.push(`$${cost.total.toFixed(0)} a month in prod on a real account, each line above with its source`);
      const egress = compareEgress(templates);
      if (egress) {
        line(egress.verdict);
        facts.push(egress.verdict);
      }
      if (example !== REFERENCE) return;
      line();
      showReference();
    });
    if (keep) {
      await sandbox.keep();
      kept = true;
    }
    console.log(`\n${green(bold('All of it worked'))} in ${((Date.now() - start) / 1000).toFixed(0)} s:`);
    for (const fact of facts) line(`${green('✔')} ${fact}`);
    const urls = (await sandbox.doors()).map(({ url }) => bold(url)).join(', ');
    console.log(keep
      ? `\nIt runs on at ${urls}. Stop it: ${bold('npm run demo -- --stop')}`
      : `\nKeep it running: ${bold('npm run demo -- --keep')}    Your own: copy ${bold(`examples/${example}`)}, its README has the commands for a real account.`);
  } finally {
    if (!kept) await sandbox.stop();
  }
}

main().catch((error: Error) => {
  console.error(`\n${red('The demo stopped:')} ${error.message}`);
  process.exitCode = 1;
});
