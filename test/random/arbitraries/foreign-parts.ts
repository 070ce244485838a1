// Parts of apps that know nothing of this library: L1s, L2s and patterns of the CDK, those that have alarms and those that have none.
import { CfnResource, Fn, RemovalPolicy, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as autoscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ecsPatterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as elbv2Targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { weighted } from './values';
import { Site } from '../site';
import { written, Written } from '../written';

/** A part under an id of its own. */
type Part = (index: number) => Written<IConstruct>;
type Maker = (scope: Construct, id: string) => IConstruct;

const VPC = 'ForeignVpc';
const vpcOf = (scope: Construct): ec2.Vpc =>
  scope.node.tryFindChild(VPC) as ec2.Vpc | undefined ?? new ec2.Vpc(scope, VPC, { maxAzs: 2, natGateways: 0 });

const inlineFunction: Maker = (scope, id) =>
  new lambda.Function(scope, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({});') });

/** Without alarms. */
const UNWATCHED: Record<string, Maker> = {
  'new Bucket': (scope, id) => new s3.Bucket(scope, id),
  'new Queue': (scope, id) => new sqs.Queue(scope, id),
  'new Topic': (scope, id) => new sns.Topic(scope, id),
  'new TableV2': (scope, id) => new dynamodb.TableV2(scope, id, { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } }),
  'new NetworkLoadBalancer with a target group': (scope, id) => {
    const made = new elbv2.NetworkLoadBalancer(scope, id, { vpc: vpcOf(scope) });
    made.addListener('Listener', { port: 80 }).addTargets('Targets', { port: 80 });
    return made;
  },
  'new ApplicationTargetGroup without a listener': (scope, id) => new elbv2.ApplicationTargetGroup(scope, id, { vpc: vpcOf(scope), port: 80, targetType: elbv2.TargetType.IP }),
};

const instance = (properties: Record<string, unknown>): Maker => (scope, id) => new CfnResource(scope, id, {
  type: 'AWS::RDS::DBInstance',
  properties: { AllocatedStorage: '20', DBInstanceClass: 'db.t4g.micro', Engine: 'postgres', MasterUsername: 'owner', ManageMasterUserPassword: true, ...properties },
});

function postgres(scope: Construct, id: string, props: Partial<rds.DatabaseInstanceProps> = {}): rds.DatabaseInstance {
  return new rds.DatabaseInstance(scope, id, {
    engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
    vpc: vpcOf(scope),
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });
}

function taskDefinition(scope: Construct): ecs.FargateTaskDefinition {
  const definition = new ecs.FargateTaskDefinition(scope, 'Task');
  definition.addContainer('App', { image: ecs.ContainerImage.fromRegistry('nginx:1'), portMappings: [{ containerPort: 80 }] });
  return definition;
}

function service(scope: Construct, id: string): ecs.FargateService {
  const own = new Construct(scope, `${id}Parts`);
  const cluster = new ecs.Cluster(own, 'Cluster', { vpc: vpcOf(scope) });
  return new ecs.FargateService(scope, id, { cluster, taskDefinition: taskDefinition(own), desiredCount: 1, minHealthyPercent: 100 });
}

const bareService = (cluster: (scope: Construct, id: string) => string | undefined): Maker => (scope, id) =>
  new ecs.CfnService(scope, id, {
    cluster: cluster(scope, id),
    taskDefinition: taskDefinition(new Construct(scope, `${id}Parts`)).taskDefinitionArn,
    desiredCount: 1,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-00000000000000001'] } },
  });

function balancer(scope: Construct, id: string): { readonly balancer: elbv2.ApplicationLoadBalancer; readonly listener: elbv2.ApplicationListener } {
  const made = new elbv2.ApplicationLoadBalancer(scope, id, { vpc: vpcOf(scope) });
  return { balancer: made, listener: made.addListener('Listener', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) }) };
}

/** With alarms. */
const WATCHED: Record<string, Maker> = {
  'new Function': inlineFunction,
  'new CfnFunction with a time-out known at deployment': (scope, id) =>
    new lambda.CfnFunction(scope, id, {
      code: { zipFile: 'pass' }, runtime: 'python3.13', handler: 'index.handler', role: 'arn:aws:iam::123456789012:role/old', timeout: Token.asNumber(Fn.importValue('Timeout')),
    }),
  'new RestApi': (scope, id) => {
    const api = new apigateway.RestApi(scope, id, { cloudWatchRole: false });
    api.root.addMethod('GET');
    return api;
  },
  'new CfnApi of HTTP': (scope, id) => new apigatewayv2.CfnApi(scope, id, { name: 'old', protocolType: 'HTTP' }),
  'new CfnApi of WebSockets': (scope, id) => new apigatewayv2.CfnApi(scope, id, { name: 'old', protocolType: 'WEBSOCKET', routeSelectionExpression: '$request.body.action' }),
  'new CfnNatGateway': (scope, id) => new ec2.CfnNatGateway(scope, id, { subnetId: 'subnet-00000000000000001' }),
  'new Distribution': (scope, id) => new cloudfront.Distribution(scope, id, { defaultBehavior: { origin: new HttpOrigin('example.com') } }),
  'new DatabaseInstance': postgres,
  'new DatabaseInstance with logs and parameters': (scope, id) => postgres(scope, id, { cloudwatchLogsExports: ['postgresql'], instanceIdentifier: `named-${id.toLowerCase()}`, parameters: { max_connections: '70' } }),
  'new DatabaseInstance of MySQL': (scope, id) => postgres(scope, id, { engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_4_3 }) }),
  'new DatabaseInstance with a replica': (scope, id) => {
    const source = postgres(scope, id);
    new rds.DatabaseInstanceReadReplica(scope, `${id}Replica`, {
      sourceDatabaseInstance: source, instanceType: new ec2.InstanceType('t4g.micro'), vpc: vpcOf(scope), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    });
    return source;
  },
  'new DatabaseCluster of Aurora': (scope, id) => new rds.DatabaseCluster(scope, id, {
    engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
    writer: rds.ClusterInstance.serverlessV2('Writer'),
    vpc: vpcOf(scope),
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  }),
  'CfnResource of a database': instance({}),
  'CfnResource of a database of an unknown class': instance({ DBInstanceClass: 'db.m1.small' }),
  'CfnResource of a database of a class known at deployment': instance({ DBInstanceClass: Fn.importValue('Class') }),
  'CfnResource of a database of another engine': instance({ Engine: 'mariadb' }),
  'new FargateService': service,
  'new FargateService that scales': (scope, id) => {
    const made = service(scope, id);
    made.autoScaleTaskCount({ minCapacity: 1, maxCapacity: 3 }).scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
    return made;
  },
  'new CfnService by the name of its cluster': bareService(() => 'old'),
  'new CfnService by the ARN of its cluster': bareService(() => 'arn:aws:ecs:eu-west-1:123456789012:cluster/old'),
  'new CfnService in the default cluster': bareService(() => undefined),
  'new CfnService in an L1 cluster': bareService((scope, id) => new ecs.CfnCluster(scope, `${id}Cluster`).attrArn),
  'new CfnService with a scalable target': (scope, id) => {
    const made = bareService(() => 'old')(scope, id);
    new autoscaling.ScalableTarget(scope, `${id}Target`, {
      serviceNamespace: autoscaling.ServiceNamespace.ECS, scalableDimension: 'ecs:service:DesiredCount', resourceId: `service/old/${id}`, minCapacity: 1, maxCapacity: 2,
    });
    return made;
  },
  'new ApplicationLoadBalancedFargateService': (scope, id) =>
    new ecsPatterns.ApplicationLoadBalancedFargateService(scope, id, { vpc: vpcOf(scope), assignPublicIp: true, taskImageOptions: { image: ecs.ContainerImage.fromRegistry('nginx:1') }, minHealthyPercent: 100 }),
  'new ApplicationLoadBalancer': (scope, id) => balancer(scope, id).balancer,
  'new ApplicationLoadBalancer with targets': (scope, id) => {
    const made = balancer(scope, id);
    made.listener.addTargets('Targets', { port: 80, targets: [new elbv2Targets.IpTarget('10.0.0.9')], priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/x'])] });
    return made.balancer;
  },
  'new ApplicationLoadBalancer to a function': (scope, id) => {
    const made = balancer(scope, id);
    const target = new elbv2Targets.LambdaTarget(inlineFunction(scope, `${id}Function`) as lambda.Function);
    made.listener.addTargets('Function', { targets: [target], priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/f'])] });
    return made.balancer;
  },
  'target group behind an imported listener': (scope, id) => {
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, `${id}Listener`, {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/old/50dc6c495c0c9188/f2f7dc8efc522ab2',
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(scope, `${id}Group`, 'sg-0123456789abcdef0'),
    });
    const group = new elbv2.ApplicationTargetGroup(scope, id, { vpc: vpcOf(scope), port: 80, targetType: elbv2.TargetType.IP });
    new elbv2.ApplicationListenerRule(scope, `${id}Rule`, { listener, priority: 1 + Number(id.slice(4)), conditions: [elbv2.ListenerCondition.pathPatterns(['/y'])], targetGroups: [group] });
    return group;
  },
};

const partsFrom = (makers: Record<string, Maker>): fc.Arbitrary<Part> =>
  fc.constantFrom(...Object.entries(makers)).map(([what, make]): Part => (index) => written(what, (site: Site) => make(site.stack, `Part${index}`)));

/** Parts that rest outside of working hours. */
export const restingParts: fc.Arbitrary<Part> =
  partsFrom(Object.fromEntries(Object.entries(WATCHED).filter(([what]) => ['new FargateService that scales', 'new CfnService with a scalable target'].includes(what))));

/** Parts of an app, the first of which has alarms. */
export const foreignParts: fc.Arbitrary<Part[]> =
  fc.tuple(partsFrom(WATCHED), fc.array(weighted([2, partsFrom(WATCHED)], [1, partsFrom(UNWATCHED)]), { maxLength: 5 }))
    .map(([first, others]) => [first, ...others]);
