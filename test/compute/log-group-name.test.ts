import { NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { EnvironmentProfile } from '../../src';
import { logGroupName } from '../../src/compute/log-group-name';
import { testApp } from '../harness';

const UNIQUE = { 'Fn::Select': [0, { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] }] };
const under = (scope: Construct, ...ids: string[]): Construct => ids.reduce<Construct>((parent, id) => new Construct(parent, id), scope);
const nameOf = (scope: Construct, profile = EnvironmentProfile.PROD): unknown => Stack.of(scope).resolve(logGroupName('/ecs', scope, profile));

test('tells stack, environment and place, and a part that no other deployment has', () => {
  const service = under(new Stack(testApp(), 'Shop'), 'App', 'Services', 'OrderApi');
  expect(nameOf(service)).toEqual({ 'Fn::Join': ['', ['/ecs/shop-prod/app/services/orderapi-', UNIQUE]] });
  expect(nameOf(service, EnvironmentProfile.DEV)).toEqual({ 'Fn::Join': ['', ['/ecs/shop-dev/app/services/orderapi-', UNIQUE]] });
});

test('goes by the name of the stack, not by where it stands in the app', () => {
  const stack = new Stack(new Stage(testApp(), 'Europe'), 'Shop', { stackName: 'shop-eu' });
  expect(nameOf(under(stack, 'Api'))).toEqual({ 'Fn::Join': ['', ['/ecs/shop-eu-prod/api-', UNIQUE]] });
});

test('names a nested stack by the one around it', () => {
  const nested = new NestedStack(new Stack(testApp(), 'Shop'), 'Tasks');
  expect(nameOf(under(nested, 'Api'))).toEqual({ 'Fn::Join': ['', ['/ecs/shop-prod/tasks/api-', UNIQUE]] });
});

test('is legal whatever the ids', () => {
  fc.assert(fc.property(fc.array(fc.string({ minLength: 1, maxLength: 40 }).map((id) => `S${id}`), { minLength: 1, maxLength: 4 }), (ids) => {
    const name = nameOf(under(new Stack(testApp(), 'Shop'), ...ids)) as { 'Fn::Join': [string, [string, unknown]] };
    expect(name['Fn::Join'][1][0]).toMatch(/^\/ecs\/shop-prod\/[a-z0-9_./-]+-$/);
  }), { numRuns: 50 });
});

test.each([
  ['in case', 'Api', 'api'],
  ['in signs', 'order api', 'order-api'],
  ['in letters of other scripts', '注文', '商品'],
])('fails at synthesis on two constructs of a stack that differ %s alone', (_, one, other) => {
  const app = testApp();
  const stack = new Stack(app, 'Shop');
  [one, other].forEach((id) => logGroupName('/ecs', under(stack, id), EnvironmentProfile.PROD));
  const name = `/ecs/${one.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  expect(() => app.synth()).toThrow(
    `id of 'Shop/${one}' must differ from that of 'Shop/${other}' in more than case and signs, got log groups of one name, '${name}': rename one of the two`);
});

test('one construct may have several names, and constructs of two stacks the same', () => {
  const app = testApp();
  for (const id of ['Shop', 'Other']) {
    const service = under(new Stack(app, id), 'Api');
    ['/ecs', '/states', '/states'].forEach((prefix) => logGroupName(prefix, service, EnvironmentProfile.PROD));
  }
  expect(() => app.synth()).not.toThrow();
});
