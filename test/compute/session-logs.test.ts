import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AskedNetwork, appTier, circles, clusterIn, findings, serviceIn } from './app-tier';
import { AppNetwork, ContainerCluster, ContainerClusterProps, Egress } from '../../src';
import { FLAG_SETS, inProfile, testStack } from '../harness';

interface Statement { readonly Action: string | string[]; readonly Resource: unknown }

const taskStatements = (template: Template, id = 'Api'): Statement[] =>
  Object.entries(template.findResources('AWS::IAM::Policy')).filter(([name]) => name.startsWith(`${id}TaskRole`)).flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

interface Sessions { readonly stack: Stack; readonly network: AskedNetwork; template(): Template }

function sessions(props: Partial<ContainerClusterProps> = {}, stack: Stack = testStack()): Sessions {
  const network = appTier(stack);
  const cluster = new ContainerCluster(stack, 'Cluster', { network, dnsNamespace: 'shop.local', ...props });
  serviceIn(stack, { cluster, enableExecuteCommand: true });
  return { stack, network, template: () => Template.fromStack(stack) };
}

describe.each(FLAG_SETS)('shell sessions, with %s', (_, flags) => {
  const { stack, template: render } = sessions({}, new Stack(new App({ context: flags }), 'Stack'));
  const template = render();
  const [group] = Object.keys(template.findResources('AWS::Logs::LogGroup')).filter((id) => id.includes('SessionLogs'));

  test('are logged to a group of the cluster', () => {
    template.hasResourceProperties('AWS::ECS::Cluster', {
      Configuration: {
        ExecuteCommandConfiguration: {
          Logging: 'OVERRIDE', KmsKeyId: Match.absent(), LogConfiguration: { CloudWatchLogGroupName: { Ref: group }, CloudWatchEncryptionEnabled: false },
        },
      },
    });
    expect(template.findResources('AWS::Logs::LogGroup')[group]).toMatchObject({
      Properties: { RetentionInDays: 30, LogGroupName: { 'Fn::Join': ['', ['/ecs-sessions/stack-prod/cluster-', expect.anything()]] } }, DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  test('may be opened and logged by the task, which may do nothing else', () => {
    const [channels, log, ...others] = taskStatements(template);
    expect(channels.Resource).toBe('*');
    expect([...channels.Action].sort()).toEqual(
      ['logs:DescribeLogGroups', ...['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map((action) => `ssmmessages:${action}`)]);
    expect(log).toMatchObject({ Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [group, 'Arn'] } });
    expect(others).toEqual([]);
  });

  test('have nothing for cdk-nag to find', () => {
    expect(findings(stack, stack.node.findChild('Api'))).toEqual([]);
    expect(findings(stack, stack.node.findChild('Cluster'))).toEqual([]);
  });
});

test.each<['dev' | 'staging', number, string]>([['dev', 7, 'Delete'], ['staging', 14, 'RetainExceptOnCreate']])('logs of sessions in %s are kept as the profile says', (profile, days, policy) => {
  sessions({}, testStack(inProfile(profile))).template().hasResource('AWS::Logs::LogGroup', {
    Properties: { LogGroupName: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith([`/ecs-sessions/stack-${profile}/cluster-`])] }), RetentionInDays: days }, DeletionPolicy: policy,
  });
});

test('logs of sessions may be kept for another time', () => {
  sessions({ sessionLogRetention: logs.RetentionDays.ONE_YEAR }).template().hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
});

test('several services log to the one group of their cluster', () => {
  const stack = testStack();
  const cluster = clusterIn(stack);
  for (const id of ['One', 'Two']) serviceIn(stack, { cluster, enableExecuteCommand: true, image: ecs.ContainerImage.fromRegistry('nginx') }, id);
  const groups = Object.keys(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
  expect(groups.filter((id) => id.includes('SessionLogs'))).toHaveLength(1);
});

test('a cluster without sessions has no group for them', () => {
  const stack = testStack();
  serviceIn(stack);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECS::Cluster', { Configuration: Match.absent() });
  expect(JSON.stringify(template.toJSON())).not.toContain('SessionLogs');
});

describe('a key', () => {
  test('encrypts sessions and their log, which CloudWatch may do for such logs alone', () => {
    const stack = testStack();
    const template = sessions({ sessionKey: new kms.Key(stack, 'Key') }, stack).template();
    const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
    const KeyArn = { 'Fn::GetAtt': [key, 'Arn'] };
    template.hasResourceProperties('AWS::ECS::Cluster', {
      Configuration: { ExecuteCommandConfiguration: { KmsKeyId: KeyArn, LogConfiguration: { CloudWatchEncryptionEnabled: true } } },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: KeyArn });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({
          Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': { 'Fn::Join': ['', Match.arrayWith([':log-group:/ecs-sessions/*'])] } } },
        })]),
      },
    });
    expect(taskStatements(template).at(-1)).toMatchObject({ Action: 'kms:Decrypt', Resource: KeyArn });
    expect(circles(template.toJSON().Resources)).toEqual([]);
  });

  test('that is imported must admit CloudWatch by itself, says a warning', () => {
    const stack = testStack();
    sessions({ sessionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111122223333:key/1') }, stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Cluster', Match.stringLikeRegexp('must let CloudWatch Logs use the key for the log group of the sessions'));
  });

  test('is one more service to reach', () => {
    const stack = testStack();
    const required = sessions({ sessionKey: new kms.Key(stack, 'Key') }, stack).network.required;
    expect(required).toEqual(expect.arrayContaining(['ssmmessages by Api', 'kms by Api']));
    expect(sessions().network.required).not.toContain('kms by Api');
  });
});

describe('in an existing cluster sessions are logged', () => {
  const statements = (configuration?: ecs.ExecuteCommandConfiguration): Statement[] => {
    const stack = testStack();
    const network = appTier(stack);
    const cluster = new ecs.Cluster(stack, 'Existing', { vpc: network.vpc, executeCommandConfiguration: configuration, enableFargateCapacityProviders: true });
    serviceIn(stack, { cluster: ContainerCluster.fromCluster(cluster, network), enableExecuteCommand: true });
    return taskStatements(Template.fromStack(stack));
  };

  test('with the container, if the cluster says nothing', () => {
    expect(statements()[1]).toMatchObject({ Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ApiLogs/), 'Arn'] } });
  });

  test('where the cluster says', () => {
    const stack = new Stack();
    const cloudWatchLogGroup = logs.LogGroup.fromLogGroupArn(stack, 'Group', 'arn:aws:logs:eu-central-1:111122223333:log-group:sessions');
    expect(statements({ logging: ecs.ExecuteCommandLogging.OVERRIDE, logConfiguration: { cloudWatchLogGroup } })[1]).toMatchObject({
      Resource: 'arn:aws:logs:eu-central-1:111122223333:log-group:sessions:*',
    });
  });

  test('not at all, if the cluster says so', () => {
    const [channels, ...others] = statements({ logging: ecs.ExecuteCommandLogging.NONE });
    expect(JSON.stringify(channels)).not.toContain('logs:');
    expect(others).toEqual([]);
  });
});

describe('the command for a shell', () => {
  test('finds a task by itself', () => {
    const stack = testStack();
    const api = serviceIn(stack, { enableExecuteCommand: true });
    const [cluster, service] = [stack.resolve(api.fargateService.cluster.clusterName), stack.resolve(api.fargateService.serviceName)];
    expect(stack.resolve(api.execCommand)).toEqual({
      'Fn::Join': ['', [
        'aws ecs execute-command --cluster ', cluster, ' --task "$(aws ecs list-tasks --cluster ', cluster, ' --service-name ', service,
        " --query 'taskArns[0]' --output text)\" --container App --interactive --command /bin/sh",
      ]],
    });
  });

  test('fails where none may be opened', () => {
    expect(() => serviceIn(testStack()).execCommand).toThrow("'Stack/Api' has no command for a shell: set 'enableExecuteCommand'");
  });
});

describe('without a way to the internet', () => {
  test('the network gets the endpoint that sessions need', () => {
    const stack = testStack();
    const cluster = new ContainerCluster(stack, 'Cluster', { network: new AppNetwork(stack, 'Network', { egress: Egress.endpointsOnly() }) });
    serviceIn(stack, { cluster, enableExecuteCommand: true });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.ssmmessages']] },
    });
  });

  test('an existing network that has no such endpoint is refused', () => {
    const stack = testStack();
    const { vpc } = appTier(stack);
    const { ECR, ECR_DOCKER, S3, CLOUDWATCH_LOGS } = ec2.InterfaceVpcEndpointAwsService;
    const network = AppNetwork.fromVpc(vpc, { internetEgress: false, interfaceEndpoints: [ECR, ECR_DOCKER, S3, CLOUDWATCH_LOGS] });
    const cluster = new ContainerCluster(stack, 'Cluster', { network });
    expect(() => serviceIn(stack, { cluster, enableExecuteCommand: true })).toThrow(
      "'Stack/Api' calls 'ssmmessages', which the app tier of 'Stack/Vpc' reaches neither over the internet nor by an endpoint: "
      + "add the endpoint to the VPC and name it in 'interfaceEndpoints' of AppNetwork.fromVpc()");
  });
});
