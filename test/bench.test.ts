// The benchmark compares like with like: what is written by hand is the same system, and the library's promise of brevity holds.
import { linesOfCode } from '../bench/code-size';
import { acceptedDifferences, pairs, strayTwins, templatesOf } from '../bench/pairs';
import { countDifferences, dashboardTitles, helperFunctions, propertyDifferences } from '../bench/resource-lists';

test('something is compared', () => {
  expect(pairs('ts')).not.toEqual([]);
  expect(pairs('py')).not.toEqual([]);
});

test('every program written by hand is the twin of an example', () => {
  expect(strayTwins()).toEqual([]);
});

test('what one stack hands to another is compared, not the name of the output', () => {
  const system = (Type: string, id: string, OutputName: string) => [
    { Resources: { [id]: { Type } }, Outputs: { [OutputName]: { Value: { Ref: id } } } },
    { Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [{ 'Fn::GetStackOutput': { StackName: 'data', OutputName } }] } } } },
  ];
  const ours = system('AWS::SNS::Topic', 'Alerts', 'AlertsArn');
  expect(propertyDifferences(ours, system('AWS::SNS::Topic', 'Topic', 'Output1'))).toEqual([]);
  expect(propertyDifferences(ours, system('AWS::Lambda::Function', 'Alerts', 'AlertsArn'))).toEqual(['AWS::CloudWatch::Alarm AlarmActions']);
});

describe.each(pairs('ts').map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
  const [ours, theirs] = [pair.ours, pair.theirs].map((file) => templatesOf(pair, file).map(({ template }) => template));

  test('its twin has the same resources', () => {
    expect(countDifferences(ours, theirs)).toEqual([]);
  });

  test('its twin differs in the properties that are listed with a reason, and in no other', () => {
    expect(propertyDifferences(ours, theirs)).toEqual(Object.values(acceptedDifferences(pair)).flat().sort());
  });

  test('its twin shows the same graphs', () => {
    expect(dashboardTitles(theirs)).not.toEqual([]);
    expect(dashboardTitles(ours)).toEqual(dashboardTitles(theirs));
  });

  test('its helper functions close the default security group of its VPC and call migrations, and do nothing else', () => {
    expect(['Custom::Trigger', 'Custom::VpcRestrictDefaultSG']).toEqual(expect.arrayContaining(helperFunctions(ours)));
  });
});

describe.each([...pairs('ts'), ...pairs('py')].map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
  test('it has at most a fifth of the lines', () => {
    expect(linesOfCode(pair.ours)).toBeLessThanOrEqual(linesOfCode(pair.theirs) / 5);
  });
});
