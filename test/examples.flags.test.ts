// The examples come to the same system with the recommended feature flags and with none, up to a list of differences, each with its reason.
import * as fs from 'fs';
import * as path from 'path';
import { AcceptedDifference } from '../integ/both-ends/accepted-differences';
import { Pair, staleDifferences, unlistedDifferences } from '../integ/both-ends/compare-systems';
import { variantsOf } from '../integ/both-ends/example-variants';
import { masked, System, Template } from '../integ/both-ends/system';
import { exampleNames, loadExample, synthesizedStacks } from '../integ/example-app';
import { FLAG_SETS, flagsOf, withFlags } from '../integ/flag-sets';

const ROOT = path.join(__dirname, '..');

const systemOf = (example: string, context: Record<string, unknown>): System =>
  Object.fromEntries(synthesizedStacks<Template>(loadExample(example, context)).map(({ id, template }) => [id, masked(template)]));

const pairs: Pair[] = [];
beforeAll(() => {
  process.env.CDK_VALIDATION = 'false';
  for (const example of exampleNames()) {
    for (const variant of variantsOf(example)) {
      const [left, right] = FLAG_SETS.map(([, flags]) => systemOf(example, withFlags(variant.context(example), flags)));
      pairs.push({ between: 'flags', name: `${example} ${variant.name}`, left, right });
    }
  }
});

test('feature flags change nothing in an example but what is on the list', () => {
  expect(pairs.length).toBeGreaterThan(0);
  expect(unlistedDifferences(pairs)).toEqual([]);
});

test('every accepted difference is still one', () => {
  expect(staleDifferences(pairs)).toEqual([]);
});

test('an accepted difference that is none is found stale', () => {
  const idle: AcceptedDifference = { between: 'flags', cause: 'a flag of yesterday', reason: 'none', rewrite: (system) => system };
  expect(staleDifferences(pairs, [idle])).toEqual(['a flag of yesterday']);
});

test('a flag that only a newer CDK knows is no stale entry', () => {
  const coming: AcceptedDifference = { between: 'flags', cause: '@aws-cdk/core:ofTomorrow', reason: 'none', rewrite: (system) => system };
  expect(staleDifferences(pairs, [coming])).toEqual([]);
});

// of the floor whatever the CDK at hand is: a cdk.json is written once
const floor = JSON.parse(fs.readFileSync(path.join(ROOT, 'node_modules', 'aws-cdk-lib', 'recommended-feature-flags.json'), 'utf8'));
const settings = fs.readdirSync(path.join(ROOT, 'examples')).map((name) => path.join('examples', name, 'cdk.json')).filter((file) => fs.existsSync(path.join(ROOT, file)));

test.each(settings)('%s has the feature flags that the oldest supported CDK recommends', (file) => {
  expect(flagsOf(JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')).context)).toEqual(floor);
});
