import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { circles } from './app-tier';
import { ApiFunction, ApiFunctionProps, Deployment, FunctionCode } from '../../src';
import { estimateMonthlyCost } from '../../src/review/monthly-cost';
import { inProfile, testStack } from '../harness';

const ALARM = 'AWS::CloudWatch::Alarm';

interface Resource { readonly Type: string; readonly Properties: Record<string, unknown>; readonly DependsOn?: string[] }

function functionIn(stack: Stack, props: Partial<ApiFunctionProps> = {}): ApiFunction {
  const code = FunctionCode.zip(lambda.Code.fromInline('def handler(event, context): ...'), 'index.handler', lambda.Runtime.PYTHON_3_13);
  return new ApiFunction(stack, 'Api', { code, ...props });
}

function templateOf(props: Partial<ApiFunctionProps> = {}): Template {
  const stack = testStack(inProfile('prod'));
  functionIn(stack, props);
  return Template.fromStack(stack);
}

describe('how a new version takes over', () => {
  test('is at once outside of prod', () => {
    const template = templateOf({ deployment: Deployment.rolling() });
    template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    template.hasResource('AWS::Lambda::Alias', { UpdatePolicy: Match.absent() });
  });

  test('may be in equal steps', () => {
    templateOf({ deployment: Deployment.linear() }).hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
    });
  });

  test.each([
    [Deployment.canary({ percent: 5, interval: Duration.minutes(15) }), { Type: 'TimeBasedCanary', TimeBasedCanary: { CanaryInterval: 15, CanaryPercentage: 5 } }],
    [Deployment.linear({ percent: 20, interval: Duration.minutes(3) }), { Type: 'TimeBasedLinear', TimeBasedLinear: { LinearInterval: 3, LinearPercentage: 20 } }],
  ])('may be in steps of its own: %#', (deployment, TrafficRoutingConfig) => {
    const template = templateOf({ deployment });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentConfig', { ComputePlatform: 'Lambda', TrafficRoutingConfig });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { DeploymentConfigName: { Ref: Match.stringLikeRegexp('^ApiDeploymentConfig') } });
  });

  test('is rolled back by alarms, those on the function itself too, after the one on its own runs', () => {
    const stack = testStack(inProfile('prod'));
    const fn = functionIn(stack);
    fn.rollbackOn(cloudwatch.Alarm.fromAlarmName(stack, 'Errors', 'errors'));
    fn.rollbackOn(fn.alias.metricErrors().createAlarm(stack, 'Own', { threshold: 1, evaluationPeriods: 1 }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: 'ApiReleaseErrors441C75AA' } }, { Name: 'errors' }, { Name: { Ref: Match.stringLikeRegexp('^Own') } }] },
    });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('takes nine alarms beside its own, of all calls together, and fails on a tenth', () => {
    const stack = testStack(inProfile('prod'));
    const fn = functionIn(stack);
    const alarms = Array.from({ length: 9 }, (_, number) => cloudwatch.Alarm.fromAlarmName(stack, `Alarm${number}`, `alarm${number}`));
    fn.rollbackOn(...alarms);
    Template.fromStack(stack).hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { AlarmConfiguration: { Alarms: Match.arrayWith([{ Name: 'alarm8' }]) } });
    expect(() => fn.rollbackOn(cloudwatch.Alarm.fromAlarmName(stack, 'Last', 'last'))).toThrow("rollbackOn() of 'Stack/Api' must be given at most 9 alarms in all, got 10: "
      + 'CodeDeploy takes 10, one of which is on failed runs of the new version, so leave some out');
  });

  test('is not watched where all moves at once', () => {
    const stack = testStack(inProfile('dev'));
    functionIn(stack).rollbackOn(...Array.from({ length: 10 }, (_, number) => cloudwatch.Alarm.fromAlarmName(stack, `Errors${number}`, 'errors')));
    const template = Template.fromStack(stack);
    expect(JSON.stringify(template)).not.toContain('errors');
    template.resourceCountIs(ALARM, 0);
    template.hasResource('AWS::Lambda::Alias', { DependsOn: Match.absent() });
  });
});

describe('an alarm on the new version alone', () => {
  const releaseOf = (version: string, deployment?: Deployment): Record<string, Resource> =>
    templateOf({ deployment, environment: { VERSION: version } }).toJSON().Resources;
  const versionOf = (resources: object): string => Object.entries(resources).find(([, { Type }]) => Type === 'AWS::Lambda::Version')![0];

  const inSteps = [['canary', undefined], ['linear', Deployment.linear()]] as const;
  test.each(inSteps)('fires in a %s release in a minute in which 5 %% of its runs fail, and at least 2', (_, deployment) => {
    const resources = releaseOf('1', deployment);
    const metric = (Id: string, MetricName: string): object => ({
      Id,
      MetricStat: {
        Metric: {
          Dimensions: [
            { Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [versionOf(resources), 'Version'] } },
            { Name: 'FunctionName', Value: { Ref: 'ApiFunction6BF808ED' } },
            { Name: 'Resource', Value: { 'Fn::Join': ['', [{ Ref: 'ApiFunction6BF808ED' }, ':live']] } },
          ],
          MetricName,
          Namespace: 'AWS/Lambda',
        },
        Period: 60,
        Stat: 'Sum',
      },
      ReturnData: false,
    });
    expect(resources.ApiReleaseErrors441C75AA.Properties).toEqual({
      AlarmDescription: 'The new version fails: CodeDeploy moves requests back to the old one, if they are still shifting.\nResource: Lambda function Stack/Api.\n'
        + 'Fires: at least 5 % of the runs of this version failed, and at least 2 of them, in 1 of 3 periods of 1 minute.\n'
        + 'First look at its log for exceptions and time-outs.',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 5,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 1,
      Metrics: [
        { Id: 'expr_1', Expression: 'IF(FILL(errors, 0) >= 2, 100 * errors / invocations, 0)', ReturnData: true },
        metric('invocations', 'Invocations'),
        metric('errors', 'Errors'),
      ],
      TreatMissingData: 'notBreaching',
    });
  });

  test('is the same for every version, and watches the one that the alias moves to', () => {
    const [one, next] = ['1', '2'].map((version) => releaseOf(version));
    expect(versionOf(one)).not.toBe(versionOf(next));
    for (const resources of [one, next]) {
      expect(Object.entries(resources).filter(([, { Type }]) => Type === ALARM).map(([id]) => id)).toEqual(['ApiReleaseErrors441C75AA']);
      expect(resources.ApiAlias58B2F8C6.Properties.FunctionVersion).toEqual({ 'Fn::GetAtt': [versionOf(resources), 'Version'] });
      expect(JSON.stringify(resources.ApiReleaseErrors441C75AA)).toContain(JSON.stringify({ Name: 'ExecutedVersion', Value: { 'Fn::GetAtt': [versionOf(resources), 'Version'] } }));
    }
  });

  test('watches it before the alias moves', () => {
    const resources = releaseOf('1');
    expect(resources.ApiAlias58B2F8C6.DependsOn).toEqual(['ApiDeploymentGroupC5BA42E8']);
    expect(resources.ApiDeploymentGroupC5BA42E8.Properties.AlarmConfiguration).toEqual({ Enabled: true, Alarms: [{ Name: { Ref: 'ApiReleaseErrors441C75AA' } }] });
  });

  test('tells nobody, and costs $ 0.20 a month', () => {
    const stack = testStack(inProfile('prod'));
    functionIn(stack);
    const template = Template.fromStack(stack);
    template.hasResourceProperties(ALARM, { AlarmActions: Match.absent(), OKActions: Match.absent() });
    const { lines } = estimateMonthlyCost([template.toJSON()]);
    expect(lines.filter(({ what }) => what.includes('alarm')).map(({ what, quantity, monthly }) => [what, quantity, monthly])).toEqual([['metric of an alarm', 2, 0.2]]);
  });
});
