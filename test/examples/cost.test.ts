// What README says an example costs is what the price table says of its templates.
import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { exampleContext, loadExample } from '../../integ/example-app';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { Template } from '../../src/review/template';

const ROOT = path.join(__dirname, '..', '..');
const EXAMPLE = 'production-api';

function monthlyCost(profile: string): number {
  const app = loadExample(EXAMPLE, { ...exampleContext(EXAMPLE), 'patternbook:environment': profile });
  const assembly = app.synth();
  const templates = app.node.children.filter(Stack.isStack).map((stack) => assembly.getStackByName(stack.stackName).template as Template);
  return estimateMonthlyCost(templates).total;
}

test.each(['README.md', `examples/${EXAMPLE}/README.md`])('%s states the cost of a month in dev and in prod', (page) => {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
  expect(text).toContain(`about $${Math.round(monthlyCost('dev'))} a month in dev and $${Math.round(monthlyCost('prod'))} in prod`);
});
