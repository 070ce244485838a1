// A running service changes its strategy without losing its identity: read from CloudFormation's own schemas, which tell what replaces a resource.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as fc from 'fast-check';
import { AppDomain, Deployment, HaContainerWebApp, Route } from '../../src';
import { FLAG_SETS } from '../harness';

interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
}
type Resources = Record<string, Resource>;

const schemas = loadAwsServiceSpecSync();

/** Properties that replace a resource of this type when they change; every property of a type whose schema is not known. */
function replacing({ Type, Properties = {} }: Resource): string[] {
  const [resource] = schemas.lookup('resource', 'cloudFormationType', 'equals', Type);
  if (!resource) return Object.keys(Properties);
  return Object.entries(resource.properties).filter(([, { causesReplacement = 'no' }]) => causesReplacement !== 'no').map(([name]) => name);
}

const STRATEGIES: Record<string, () => Deployment> = {
  rolling: () => Deployment.rolling(),
  prepared: () => Deployment.rolling({ alternateTargetGroup: true }),
  canary: () => Deployment.canary({ percent: 5 }),
  blueGreen: () => Deployment.blueGreen(),
  tested: () => Deployment.blueGreen({ testPort: 9000 }),
  linear: () => Deployment.linear(),
};

const templates = new Map<string, Resources>();

function resourcesWith(strategy: string, [name, flags]: typeof FLAG_SETS[number]): Resources {
  const key = `${strategy} with ${name}`;
  if (!templates.has(key)) {
    const stack = new Stack(new App({ context: flags }), 'Shop');
    const app = new HaContainerWebApp(stack, 'App');
    const image = ecs.ContainerImage.fromRegistry('example/api:1');
    app.addService('Api', { image, port: 8000, route: Route.path('/*'), requestsPerTask: 500, deployment: STRATEGIES[strategy]() });
    templates.set(key, Template.fromStack(stack).toJSON().Resources);
  }
  return templates.get(key)!;
}

/** What CloudFormation would delete, make anew in place of the old, or change. */
function changes(before: Resources, after: Resources): { readonly gone: string[]; readonly replaced: string[]; readonly changed: string[] } {
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const kept = Object.keys(before).filter((id) => id in after);
  return {
    gone: Object.keys(before).filter((id) => !(id in after)),
    replaced: kept.filter((id) => before[id].Type !== after[id].Type
      || replacing(before[id]).some((name) => !same(before[id].Properties?.[name], after[id].Properties?.[name]))),
    changed: kept.filter((id) => !same(before[id].Properties, after[id].Properties)),
  };
}

const WITH_TWO_GROUPS = ['prepared', 'canary', 'blueGreen', 'linear'];
const ROUTE = /^AppServicesApiRoutesApi(?!.*(DeploymentRole|Test))/;

describe.each(FLAG_SETS)('with %s', (...flagSet) => {
  test('the schemas know what makes a service, a target group and a rule another', () => {
    const of = (Type: string): string[] => replacing({ Type });
    expect(of('AWS::ECS::Service')).toEqual(expect.arrayContaining(['Cluster', 'LaunchType', 'DeploymentController', 'ServiceName']));
    expect(of('AWS::ElasticLoadBalancingV2::TargetGroup')).toEqual(expect.arrayContaining(['Port', 'Protocol', 'VpcId', 'TargetType']));
    expect(of('AWS::ElasticLoadBalancingV2::ListenerRule')).toContain('ListenerArn');
  });

  test.each(Object.keys(STRATEGIES).flatMap((from) => Object.keys(STRATEGIES).filter((to) => to !== from).map((to): [string, string] => [from, to])))(
    'from %s to %s nothing is replaced', (from, to) => {
      const { replaced, gone } = changes(resourcesWith(from, flagSet), resourcesWith(to, flagSet));
      expect(replaced).toEqual([]);
      // the second target group goes with the return to plain rolling deployments, and its alarms; the test rule with the test port
      const mayGo = to === 'rolling' ? /AlternateTargetGroup|DeploymentRole|Test/ : /Test/;
      expect(gone.filter((id) => !mayGo.test(id))).toEqual([]);
      if (from !== 'tested' && to !== 'rolling') expect(gone).toEqual([]);
    },
  );

  test('on the way from rolling and back by all strategies the rule is touched at the two ends alone, where all traffic is in the first group', () => {
    const way = ['rolling', 'prepared', 'canary', 'blueGreen', 'linear', 'prepared', 'rolling'];
    const touched = way.slice(1).map((to, index) =>
      changes(resourcesWith(way[index], flagSet), resourcesWith(to, flagSet)).changed.filter((id) => ROUTE.test(id)));
    const [first, ...between] = touched.slice(0, -1);
    expect(first).toEqual([expect.stringMatching(/Rule/)]);
    expect(between).toEqual([[], [], [], []]);
    expect(touched.at(-1)).toEqual(first);
  });

  test('between strategies with two target groups the service alone is told, whatever the order', () => {
    fc.assert(fc.property(fc.shuffledSubarray(WITH_TWO_GROUPS, { minLength: 2 }), (way) => {
      for (const [index, to] of way.slice(1).entries()) {
        const { gone, replaced, changed } = changes(resourcesWith(way[index], flagSet), resourcesWith(to, flagSet));
        expect([gone, replaced]).toEqual([[], []]);
        expect(changed).toEqual([expect.stringMatching(/^AppServicesApiService[0-9A-F]{8}$/)]);
      }
    }));
  });

  test.each([['a domain that comes', false], ['a domain that goes', true]])('%s makes the rule anew, at 100 and 0 again, but that of a port of its own', (_, first) => {
    const [before, after] = [first, !first].map((isNamed) => {
      const stack = new Stack(new App({ context: flagSet[1] }), 'Shop');
      const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-central-1:111122223333:certificate/x');
      const app = new HaContainerWebApp(stack, 'App', isNamed ? { domain: AppDomain.fromCertificate(certificate, 'api.example.com') } : {});
      const image = ecs.ContainerImage.fromRegistry('example/api:1');
      for (const [id, route] of Object.entries({ Api: Route.path('/*'), Metrics: Route.port(9090) })) {
        app.addService(id, { image, port: 8000, route, deployment: Deployment.canary() });
      }
      return Template.fromStack(stack).toJSON().Resources as Resources;
    });
    const { gone, replaced } = changes(before, after);
    expect(replaced).toEqual([expect.stringMatching(/^AppServicesApiRoutesApiRule[0-9A-F]{8}$/)]);
    expect(gone.filter((id) => before[id].Type !== 'AWS::EC2::SecurityGroupIngress')).toEqual(first ? [expect.stringMatching(/^AppEntryHttpsListener/)] : []);
    expect(after[replaced[0]].Properties!.Actions).toEqual([expect.objectContaining({
      ForwardConfig: { TargetGroups: [100, 0].map((Weight) => expect.objectContaining({ Weight })) },
    })]);
  });
});
