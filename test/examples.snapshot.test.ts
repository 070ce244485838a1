import { exampleContext, exampleNames, loadExample, PROFILES, synthesizedStacks } from '../integ/example-app';

/** Content hashes of the CDK's own assets differ between its versions. */
const masked = (template: object): object => JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<hash>'));

describe.each(exampleNames())('%s', (example) => {
  test.each(PROFILES)('the templates in %s are as reviewed', (profile) => {
    for (const { id, template } of synthesizedStacks<object>(loadExample(example, exampleContext(example, profile)))) {
      expect(masked(template)).toMatchSnapshot(id);
    }
  });
});
