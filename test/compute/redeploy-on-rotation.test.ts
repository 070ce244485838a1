import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { appTier, clusterIn, databaseIn, findings, serviceIn } from './app-tier';
import { FLAG_SETS, inProfile, testStack } from '../harness';

describe.each(FLAG_SETS)('a service whose databases rotate, with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  const network = appTier(stack);
  const api = serviceIn(stack, { cluster: clusterIn(stack, network) });
  api.useDatabase(databaseIn(stack, network, true));
  api.useDatabase(databaseIn(stack, network, true, 'Reports'), { variable: 'REPORTS_URL' });
  const template = Template.fromStack(stack);

  test('has one rule, which listens to changes of both URLs', () => {
    template.resourceCountIs('AWS::Events::Rule', 1);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['cdk-patternbook'],
        'detail-type': ['Connection URL changed'],
        'detail': { secretArn: [{ Ref: Match.stringLikeRegexp('^DatabaseUrl') }, { Ref: Match.stringLikeRegexp('^ReportsUrl') }] },
      },
      Targets: [Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 4, MaximumEventAgeInSeconds: 3600 } })],
    });
  });

  test('is told to start new tasks, by its name and nothing else', () => {
    const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    const text = (machine.Properties.DefinitionString['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : 'TOKEN')).join('');
    const { States: { Redeploy } } = JSON.parse(text);
    expect(Redeploy).toMatchObject({
      Type: 'Task',
      Resource: 'arn:TOKEN:states:::aws-sdk:ecs:updateService',
      Arguments: { Cluster: 'TOKEN', Service: 'TOKEN', ForceNewDeployment: true },
      Output: {},
      Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 4, IntervalSeconds: 5, BackoffRate: 2 }],
      End: true,
    });
  });

  test('may be updated by that machine, and no other service', () => {
    const [{ Properties: { PolicyDocument: { Statement: statements } } }] = Object.values(template.findResources('AWS::IAM::Policy', {
      Properties: { PolicyName: Match.stringLikeRegexp('^ApiRedeployOnRotationStateMachineRole') },
    }));
    expect(statements[0]).toEqual({ Effect: 'Allow', Action: 'ecs:UpdateService', Resource: { Ref: expect.stringMatching(/^ApiService/) } });
    // the rest is log delivery and X-Ray
    const others = statements.slice(1).flatMap(({ Action }: { Action: string[] }) => Action).map((action: string) => action.split(':')[0]);
    expect([...new Set(others)].sort()).toEqual(['logs', 'xray']);
  });

  test('leaves a log of each run without data, and a trace', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'EXPRESS',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: { 'Fn::Join': ['', ['/aws/vendedlogs/states/stack-prod/api-', Match.anyValue()]] }, RetentionInDays: 30,
    });
  });

  test('needs no function', () => {
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('cdk-nag finds nothing', () => {
    expect(findings(stack, api)).toEqual([]);
  });
});

test('a database that does not rotate brings none of this', () => {
  const stack = testStack(inProfile('dev'));
  const network = appTier(stack);
  serviceIn(stack, { cluster: clusterIn(stack, network) }).useDatabase(databaseIn(stack, network, false));
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Events::Rule', 0);
  template.resourceCountIs('AWS::StepFunctions::StateMachine', 0);
});
