// Which aws-cdk-lib the tests run with: the checkout's, or the one that `npm run test:newest-cdk` installed, but never some of each.
import * as fs from 'fs';
import * as path from 'path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { exampleContext, exampleNames, loadExample } from '../integ/example-app';
import '../src';

const ROOT = path.join(__dirname, '..');
const modules = process.env.PATTERNBOOK_CDK ?? path.join(ROOT, 'node_modules');
const expected: Record<string, string> = process.env.PATTERNBOOK_CDK === undefined
  ? JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).devDependencies
  : JSON.parse(fs.readFileSync(path.join(modules, '..', 'package.json'), 'utf8')).dependencies;

test.each(['aws-cdk-lib', 'constructs'])('the version of %s is the one that this run is for', (name) => {
  const { version } = JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`), 'utf8'));
  expect(version).toBe(expected[name]);
});

test('the library, the examples, cdk-nag and the code of integ/ all load it from one place', () => {
  const app = loadExample(exampleNames()[0], exampleContext(exampleNames()[0], 'dev'));
  new AwsSolutionsChecks(app).validateScope(app);
  const places = Object.keys(require.cache).map((file) => /^(.*\/node_modules)\/(?:aws-cdk-lib|constructs)\//.exec(file)?.[1]).filter((place) => place !== undefined);
  expect([...new Set(places)]).toEqual([fs.realpathSync(modules)]);
});
