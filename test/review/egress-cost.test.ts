// Endpoints or NAT: which is cheaper, by the price table, for what tasks call.
import { exampleContext, loadExample, synthesizedStacks } from '../../integ/example-app';
import { compareEgress } from '../../src/review/egress-cost';
import { Template } from '../../src/review/template';

const templatesOf = (example: string, profile = 'prod'): Template[] =>
  synthesizedStacks<Template>(loadExample(example, exampleContext(example, profile))).map(({ template }) => template);

function tasks(zones: number, container: object, ...endpoints: object[]): Template {
  return {
    Resources: {
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [container] } },
      Service: { Type: 'AWS::ECS::Service', Properties: { NetworkConfiguration: { AwsvpcConfiguration: { Subnets: Array(zones).fill('subnet') } } } },
      ...Object.fromEntries(endpoints.map((Properties, index) => [`Endpoint${index}`, { Type: 'AWS::EC2::VPCEndpoint', Properties }])),
    },
  };
}

const IMAGE = { 'Fn::Join': ['', ['1.dkr.ecr.', { Ref: 'AWS::Region' }]] };
const LOG = { LogDriver: 'awslogs' };
const SECRET = { Name: 'URL', ValueFrom: { Ref: 'Secret' } };

test('the endpoints that are there are compared with one NAT gateway, and with one in each zone', () => {
  expect(compareEgress(templatesOf('no-nat-api'))).toMatchObject({ endpoints: 4, zones: 2 });
  expect(compareEgress(templatesOf('no-nat-api'))!.verdict).toBe(
    '4 interface endpoints in 2 zones cost $58.45 a month, $21.73 more than one NAT gateway ($36.73), $14.78 less than one in each zone ($73.23): one NAT gateway is cheaper');
});

test('where there are none, those that the tasks would need', () => {
  expect(compareEgress(templatesOf('production-api'))!.verdict).toMatch(/^4 interface endpoints in 2 zones cost \$58.45 a month/);
  const parameter = { Name: 'FLAG', ValueFrom: 'arn:aws:ssm:us-east-1:1:parameter/flag' };
  expect(compareEgress([tasks(2, { Image: IMAGE, LogConfiguration: LOG, Secrets: [SECRET, SECRET, parameter] })])!.endpoints).toBe(5);
  expect(compareEgress([tasks(2, { Image: 'ghcr.io/acme/api:1' })])!.endpoints).toBe(0);
  expect(compareEgress([tasks(2, { Image: '111111111111.dkr.ecr.us-east-1.amazonaws.com/api:1' })])!.endpoints).toBe(2);
});

test('gateway endpoints are not counted, and few interface endpoints are cheaper', () => {
  const Interface = { VpcEndpointType: 'Interface' };
  const comparison = compareEgress([tasks(1, { Image: IMAGE }, Interface, Interface, { VpcEndpointType: 'Gateway' })])!;
  expect(comparison).toMatchObject({ endpoints: 2, zones: 1, endpointsCost: 14.65 });
  expect(comparison.verdict).toMatch(/: endpoints are cheaper$/);
});

test('data is as it is assumed', () => {
  const usage = { endpointGb: 1000, natGb: 1000 };
  expect(compareEgress([tasks(1, { Image: IMAGE })], usage))
    .toMatchObject({ endpointsCost: 14.6 + 10, singleNatCost: 36.5 + 45, natPerAzCost: 36.5 + 45 });
});

test('nothing is compared without tasks', () => {
  expect(compareEgress([{ Resources: {} }])).toBeUndefined();
});
