import { Stack } from 'aws-cdk-lib';
import { exampleContext, exampleNames, loadExample, PROFILES } from '../integ/example-app';

/** Content hashes of the CDK's own assets differ between its versions. */
const masked = (template: object): object => JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<hash>'));

describe.each(exampleNames())('%s', (example) => {
  test.each(PROFILES)('the templates in %s are as reviewed', (profile) => {
    const app = loadExample(example, { ...exampleContext(example), 'patternbook:environment': profile });
    const assembly = app.synth();
    for (const stack of app.node.children.filter(Stack.isStack)) {
      expect(masked(assembly.getStackByName(stack.stackName).template)).toMatchSnapshot(stack.node.id);
    }
  });
});
