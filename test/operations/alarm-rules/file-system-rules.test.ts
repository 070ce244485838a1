import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as efs from 'aws-cdk-lib/aws-efs';
import { AlarmThreshold, AppNetwork, OperationsDashboard, SharedFiles, StandardAlarms } from '../../../src';
import { FLAG_SETS, testStack } from '../../harness';

const alarmsOf = (stack: Stack, props: object = {}): Record<string, { Properties: Record<string, unknown> }> => {
  new StandardAlarms(stack, 'Alarms', props).monitor(stack);
  return Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm') as Record<string, { Properties: Record<string, unknown> }>;
};

describe.each(FLAG_SETS)('alarms of a file system with %s', (_, flags) => {
  test('say when it does no more operations a second: elastic throughput has no credits to lose', () => {
    const stack = new Stack(new App({ context: flags }), 'Stack');
    const files = new SharedFiles(stack, 'Files', { network: new AppNetwork(stack, 'Network', { maxAzs: 2 }) });
    new StandardAlarms(stack, 'Alarms').monitor(files);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 1);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/EFS',
      MetricName: 'PercentIOLimit',
      Statistic: 'Maximum',
      Dimensions: [{ Name: 'FileSystemId', Value: { Ref: Match.stringLikeRegexp('^FilesFileSystem') } }],
      Threshold: 90,
      ComparisonOperator: 'GreaterThanThreshold',
      Period: 300,
      EvaluationPeriods: 3,
      TreatMissingData: 'ignore',
    });
  });
});

test.each<[string, Partial<efs.CfnFileSystemProps>, string[]]>([
  ['bursting throughput', { throughputMode: 'bursting' }, ['PercentIOLimit', 'BurstCreditBalance']],
  ['bursting throughput, which is what a template that says nothing means', {}, ['PercentIOLimit', 'BurstCreditBalance']],
  ['provisioned throughput', { throughputMode: 'provisioned', provisionedThroughputInMibps: 1 }, ['PercentIOLimit']],
  ['the other performance mode, which has no such limit', { throughputMode: 'provisioned', performanceMode: 'maxIO', provisionedThroughputInMibps: 1 }, []],
])('of %s', (_, props, metrics) => {
  const stack = testStack();
  new efs.CfnFileSystem(stack, 'Files', props);
  expect(Object.values(alarmsOf(stack)).map(({ Properties }) => Properties.MetricName)).toEqual(metrics);
});

test('credits are given in GiB and watched in bytes, at the least of each period', () => {
  const stack = testStack();
  new efs.CfnFileSystem(stack, 'Files', {});
  const alarms = alarmsOf(stack, { thresholds: { fileSystem: { burstCredits: AlarmThreshold.gibibytes(1.5), ioLimit: AlarmThreshold.off() } } });
  expect(Object.values(alarms).map(({ Properties }) => [Properties.Threshold, Properties.Statistic, Properties.ComparisonOperator])).toEqual([[1610612736, 'Minimum', 'LessThanThreshold']]);
});

test('a dashboard shows bytes, the limit and connections', () => {
  const stack = testStack();
  new efs.CfnFileSystem(stack, 'Files', {});
  new OperationsDashboard(stack, 'Dashboard').show(stack);
  const body = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  for (const shown of ['## EFS file system Stack/Files', 'Bytes a minute', 'PercentIOLimit', 'ClientConnections', 'DataReadIOBytes', 'DataWriteIOBytes']) expect(body).toContain(shown);
});
