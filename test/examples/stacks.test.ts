// The stacks of the examples: which are protected, and what one app is in one and in several.
import { App, Stack } from 'aws-cdk-lib';
import { variantsOf } from '../../integ/both-ends/example-variants';
import { exampleContext, exampleNames, loadExample, PROFILES } from '../../integ/example-app';
import { validationContext } from '../../integ/example-locks';
import { synthesizedStacks } from '../../src/review/stateful-lock-record';

/** All stacks, those too that a construct makes for its parts in another region. */
const stacksOf = (app: App): Stack[] => app.node.findAll().filter(Stack.isStack);

describe.each(exampleNames())('the stacks of %s', (example) => {
  const variants = variantsOf(example).map(({ name, context }) => [name, context(example)] as const);

  test.each(variants)('are protected from termination in prod and nowhere else, in other regions too: %s', (_, context) => {
    const stacks = stacksOf(loadExample(example, context));
    const isProd = context['patternbook:environment'] === 'prod';
    expect(stacks.filter(({ terminationProtection }) => Boolean(terminationProtection) !== isProd).map(({ node }) => node.path)).toEqual([]);
  });

  test('have other names in each environment', () => {
    const names = PROFILES.flatMap((profile) => stacksOf(loadExample(example, exampleContext(example, profile))).map(({ stackName }) => stackName));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('fillup-pwa', () => {
  const EXAMPLE = 'fillup-pwa';

  test('is deployed from what others need to what needs it: parts in other regions, images and data, the app, the account', () => {
    const { stacks } = loadExample(EXAMPLE, exampleContext(EXAMPLE, 'prod')).synth();
    const ids = stacks.map(({ id }) => id);
    // assets of a stack are dependencies too
    const stacksAmong = (all: Array<{ id: string }>): string[] => all.map(({ id }) => id).filter((id) => ids.includes(id)).sort();
    expect(Object.fromEntries(stacks.map(({ id, dependencies }) => [id, stacksAmong(dependencies)]))).toEqual({
      'Images': [],
      'FillUpData-us-west-2': [],
      'FillUp-us-east-1': [],
      'FillUp-us-west-2': [],
      'FillUpData': ['FillUpData-us-west-2'],
      'FillUp': ['FillUp-us-east-1', 'FillUp-us-west-2', 'FillUpData', 'Images'],
      'FillUpGovernance': ['FillUp', 'FillUpData', 'Images'],
    });
  });

  test.each(PROFILES)('in one stack has the stateful ids that it has in several in %s', (profile) => {
    const idsOf = (context: Record<string, unknown>): string[] => {
      const stacks = synthesizedStacks(validationContext(loadExample(EXAMPLE, exampleContext(EXAMPLE, profile, context))));
      return stacks.flatMap(({ locked }) => Object.entries(locked.resources).map(([id, { type }]) => `${type} ${id}`)).sort();
    };
    const [several, one] = [idsOf({}), idsOf({ stacks: 'one' })];
    expect(several.length).toBeGreaterThan(20);
    expect(one).toEqual(several);
  });
});
