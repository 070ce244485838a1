// What README says an example costs is what the price table says of its templates.
import * as fs from 'fs';
import * as path from 'path';
import { exampleContext, exampleNames, loadExample, synthesizedStacks } from '../../integ/example-app';
import { Made } from '../../integ/pages/made';
import { Page } from '../../integ/pages/page';
import { madeIn } from '../../integ/pages/tables';
import { compareEgress } from '../../src/review/egress-cost';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { Template } from '../../src/review/template';

const ROOT = path.join(__dirname, '..', '..');

const templatesOf = (example: string, profile: string): Template[] =>
  synthesizedStacks<Template>(loadExample(example, exampleContext(example, profile))).map(({ template }) => template);
const monthlyCost = (example: string, profile: string): number => Math.round(estimateMonthlyCost(templatesOf(example, profile)).total);

test.each([['README.md', 'production-api'], ...exampleNames().map((example) => [`examples/${example}/README.md`, example])])(
  '%s states the cost of a month of %s in dev and in prod', (page, example) => {
    const text = fs.readFileSync(path.join(ROOT, page), 'utf8');
    expect(text).toContain(`about $${monthlyCost(example, 'dev')} a month in dev and $${monthlyCost(example, 'prod')} in prod`);
  });

test('README states the cost of a month of its first snippet', () => {
  const { snippets: [first], text } = new Page('README.md');
  const { dev, prod } = madeIn(first);
  const templateOf = ({ made }: Made): Template => ({ Resources: Object.fromEntries(made.map(({ id, definition }) => [id, definition])) });
  const cost = (made: Made): number => Math.round(estimateMonthlyCost([templateOf(made)]).total);
  expect(text).toContain(`the code above costs about $${cost(dev)} a month in dev and $${cost(prod)} in prod`);
});

test('the page of the example without NAT says which way out is cheaper', () => {
  const { endpointsCost, singleNatCost, natPerAzCost } = compareEgress(templatesOf('no-nat-api', 'prod'))!;
  const text = fs.readFileSync(path.join(ROOT, 'examples', 'no-nat-api', 'README.md'), 'utf8').replace(/\s+/g, ' ');
  const dollars = (amount: number): string => `$${(Math.round(amount * 100 + 1e-6) / 100).toFixed(2)}`;
  expect(text).toContain(`Four endpoints in two zones cost ${dollars(endpointsCost)} a month, ${dollars(endpointsCost - singleNatCost)} more than one NAT gateway `
    + `and ${dollars(natPerAzCost - endpointsCost)} less than one in each zone`);
});
