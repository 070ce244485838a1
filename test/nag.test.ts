import * as fs from 'fs';
import * as recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { AwsSolutionsChecks } from 'cdk-nag';
import { exampleContext, exampleNames, loadExample, PROFILES, synthesizedStacks } from '../integ/example-app';
import { ledger, LEDGER_FILE } from '../integ/security-ledger';

const withoutFlags = (context: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(context).filter(([key]) => !(key in recommendedFlags)));
const DOMAIN = { domain: 'api.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };

describe.each(exampleNames())('%s', (example) => {
  describe.each(PROFILES)('in %s', (profile) => {
    const context = exampleContext(example, profile);
    test.each([
      ['with the recommended feature flags', context],
      ['without feature flags', withoutFlags(context)],
      ['with a domain', { ...context, ...DOMAIN }],
    ])('cdk-nag finds nothing unacknowledged %s', (_, variant) => {
      const app = loadExample(example, variant);
      app.synth();
      const { violations } = new AwsSolutionsChecks(app).validateScope(app);
      expect(violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`))).toEqual([]);
    });
  });

  test.each(PROFILES)('in %s has no custom resource but the one that closes the VPC\'s default security group', (profile) => {
    const stacks = synthesizedStacks<{ Resources: Record<string, { Type: string }> }>(loadExample(example, exampleContext(example, profile)));
    const resources = stacks.flatMap(({ template }) => Object.values(template.Resources));
    expect(resources.map(({ Type }) => Type).filter((type) => /^Custom::|CustomResource/.test(type))).toEqual(['Custom::VpcRestrictDefaultSG']);
  });
});

test('docs/security.md lists what the library acknowledges: `npm run docs` brings it up to date', () => {
  expect(fs.readFileSync(LEDGER_FILE, 'utf8')).toBe(ledger());
});
