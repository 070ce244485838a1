import { CfnParameter, Size } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { serviceIn } from './app-tier';
import { testStack } from '../harness';

function storageOf(ephemeralStorage?: Size, stack = testStack()): Template {
  serviceIn(stack, { ephemeralStorage });
  return Template.fromStack(stack);
}

test('a task has the 20 GiB that every task has', () => {
  storageOf().hasResourceProperties('AWS::ECS::TaskDefinition', { EphemeralStorage: Match.absent() });
});

test.each([21, 200])('or %d GiB', (SizeInGiB) => {
  storageOf(Size.gibibytes(SizeInGiB)).hasResourceProperties('AWS::ECS::TaskDefinition', { EphemeralStorage: { SizeInGiB } });
});

test.each([20, 201, 21.5])('%d GiB are refused', (gibibytes) => {
  expect(() => storageOf(Size.gibibytes(gibibytes))).toThrow(new Error(
    `'ephemeralStorage' must be 21 to 200 whole GiB, got ${gibibytes}: leave it out for the 20 GiB that every task has, or keep what is larger on shared files`));
});

test('a size that is known at deployment passes', () => {
  const stack = testStack();
  storageOf(Size.gibibytes(new CfnParameter(stack, 'Storage', { type: 'Number' }).valueAsNumber), stack)
    .hasResourceProperties('AWS::ECS::TaskDefinition', { EphemeralStorage: { SizeInGiB: { Ref: 'Storage' } } });
});
