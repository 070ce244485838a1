// Synthesizes every example in every variant, with and without feature flags, CloudFormation's schema validation on: findings are errors, and warnings must be on a list.
// With flags and without them an example comes to the same system, up to a list of differences, each with its reason.
import * as fs from 'fs';
import * as path from 'path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Pair, staleDifferences, unlistedDifferences } from './both-ends/compare-systems';
import { exampleAssemblies } from './both-ends/synthesize-examples';
import { systemIn } from './both-ends/system';
import { staleWarnings, STRICT, unlistedWarnings, Warning, warningsIn } from './both-ends/validation-report';
import { FLAG_SETS } from './flag-sets';
import { expectNone, Steps } from './steps';

const ROOT = path.join(__dirname, '..');
/** `npm run synth:examples`; the newest CDK writes to a folder of its own. */
const OUT = path.resolve(ROOT, process.argv[2] ?? path.join('cdk.out', 'examples'));

process.env.CDK_VALIDATION = 'true';

/** Were the validation asleep, all below would pass. */
function provokeFinding(): void {
  const outdir = path.join(OUT, 'provoked-finding');
  const app = new App({ context: STRICT, outdir, analyticsReporting: false });
  new CfnResource(new Stack(app, 'Stack'), 'Bucket', { type: 'AWS::S3::Bucket', properties: { NoSuchProperty: 1 } });
  let refused = false;
  try {
    app.synth();
  } catch {
    refused = true;
  }
  const rules = warningsIn(outdir).map(({ rule }) => rule);
  fs.rmSync(outdir, { recursive: true });
  if (!refused || !rules.includes('F3002')) throw new Error(`expected F3002 to refuse the stack, got ${refused ? '' : 'no refusal and '}findings [${rules.join(', ')}]`);
}

const steps = new Steps();
const warnings: Warning[] = [];
const assemblies = exampleAssemblies(OUT, STRICT);
console.log('(the first error below is provoked, it shows that the validation is awake)');
steps.run('an unknown property is an error', provokeFinding);
for (const { example, variant, flags, folder, make } of assemblies) {
  steps.run(`${example} ${variant}, with ${flags}, in ${path.relative(ROOT, folder)}`, () => {
    make();
    const found = warningsIn(folder);
    warnings.push(...found);
    expectNone('warnings that are not on the list', unlistedWarnings(found).map(({ rule, construct, text }) => `${rule} of ${construct}: ${text}`));
  });
}
steps.run('every accepted warning is still needed', () => {
  expectNone('entries without a warning', staleWarnings(warnings).map(({ rule, construct }) => `${rule} of ${construct}`));
});
const pairs = assemblies.filter(({ flags }) => flags === FLAG_SETS[0][0]).map(({ example, variant, folder }): Pair => {
  const other = assemblies.find((assembly) => assembly.example === example && assembly.variant === variant && assembly.folder !== folder)!;
  return { between: 'flags', name: `${example} ${variant}`, left: systemIn(folder), right: systemIn(other.folder) };
});
steps.run('feature flags change nothing in an example but what is on the list', () => expectNone('differences that are not on the list', unlistedDifferences(pairs)));
steps.run('every accepted difference is still one', () => expectNone('entries of the list that explain nothing', staleDifferences(pairs)));
steps.end();
