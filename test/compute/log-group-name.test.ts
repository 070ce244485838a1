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
