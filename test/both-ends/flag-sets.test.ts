// The feature flags of the examples, and what counts as an accepted difference between flag sets. `npm run synth:examples` compares the examples under both.
import * as fs from 'fs';
import * as path from 'path';
import { AcceptedDifference } from '../../integ/both-ends/accepted-differences';
import { Pair, staleDifferences } from '../../integ/both-ends/compare-systems';
import { System } from '../../integ/both-ends/system';
import { flagsOf } from '../../integ/flag-sets';

const ROOT = path.join(__dirname, '..', '..');

const system: System = { Stack: { Resources: { Thing: { Type: 'AWS::Some::Thing', Properties: {} } } } };
const pairs: Pair[] = [{ between: 'flags', name: 'pair', left: system, right: system }];

test('an accepted difference that is none is found stale', () => {
  const idle: AcceptedDifference = { between: 'flags', cause: 'a flag of yesterday', reason: 'none', rewrite: (unchanged) => unchanged };
  expect(staleDifferences(pairs, [idle])).toEqual(['a flag of yesterday']);
});

test('a flag that only a newer CDK knows is no stale entry', () => {
  const coming: AcceptedDifference = { between: 'flags', cause: '@aws-cdk/core:ofTomorrow', reason: 'none', rewrite: (unchanged) => unchanged };
  expect(staleDifferences(pairs, [coming])).toEqual([]);
});

// of the floor whatever the CDK at hand is: a cdk.json is written once
const floor = JSON.parse(fs.readFileSync(path.join(ROOT, 'node_modules', 'aws-cdk-lib', 'recommended-feature-flags.json'), 'utf8'));
const settings = fs.readdirSync(path.join(ROOT, 'examples')).map((name) => path.join('examples', name, 'cdk.json')).filter((file) => fs.existsSync(path.join(ROOT, file)));

test.each(settings)('%s has the feature flags that the oldest supported CDK recommends', (file) => {
  expect(flagsOf(JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8')).context)).toEqual(floor);
});
