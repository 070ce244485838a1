// What README says an example costs is what the price table says of its templates.
import * as fs from 'fs';
import * as path from 'path';
import { exampleContext, loadExample, synthesizedStacks } from '../../integ/example-app';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { Template } from '../../src/review/template';

const ROOT = path.join(__dirname, '..', '..');
const EXAMPLE = 'production-api';

function monthlyCost(profile: string): number {
  const stacks = synthesizedStacks<Template>(loadExample(EXAMPLE, exampleContext(EXAMPLE, profile)));
  return estimateMonthlyCost(stacks.map(({ template }) => template)).total;
}

test.each(['README.md', `examples/${EXAMPLE}/README.md`])('%s states the cost of a month in dev and in prod', (page) => {
  const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
  expect(text).toContain(`about $${Math.round(monthlyCost('dev'))} a month in dev and $${Math.round(monthlyCost('prod'))} in prod`);
});
