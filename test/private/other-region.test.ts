import { CfnResource, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EDGE_REGION } from '../../src/edge/edge-region';
import { placeIn } from '../../src/private/other-region';
import { testApp, testStack } from '../harness';

const siblingOf = (stack: Stack, region = EDGE_REGION): Stack => stack.node.scope!.node.findChild(`${stack.node.id}-${region}`) as Stack;

describe('a place in another region', () => {
  test('has the path of the construct, so that two of them do not meet', () => {
    const stack = testStack();
    const paths = ['One', 'Two'].map((id) => placeIn(new Construct(new Construct(stack, id), 'Part'), EDGE_REGION).scope.node.path);
    expect(paths).toEqual(['Stack-us-east-1/One/Part', 'Stack-us-east-1/Two/Part']);
  });

  test('is the same for all that ask for it on behalf of one construct', () => {
    const stack = testStack();
    const construct = new Construct(stack, 'Site');
    expect(placeIn(construct, EDGE_REGION).scope).toBe(placeIn(construct, EDGE_REGION).scope);
  });

  test('is one stack for each region', () => {
    const stack = testStack();
    const construct = new Construct(stack, 'Site');
    const regions = ['us-east-1', 'eu-central-1'].map((region) => Stack.of(placeIn(construct, region).scope).region);
    expect(regions).toEqual(['us-east-1', 'eu-central-1']);
    expect(stack.dependencies.map(({ node }) => node.id)).toEqual(['Stack-us-east-1', 'Stack-eu-central-1']);
  });

  test('is the construct itself in the region of its stack', () => {
    const stack = testStack({}, { region: 'us-east-1' });
    const place = placeIn(stack, EDGE_REGION);
    expect([place.scope, place.read('Arn', 'value')]).toEqual([stack, 'value']);
    expect(stack.dependencies).toEqual([]);
  });

  test('has account, protection, tags and stack name of the stack beside it', () => {
    const stack = new Stack(testApp(), 'Web', {
      stackName: 'shop-web', terminationProtection: true, tags: { Owner: 'shop' }, env: { account: '111111111111', region: 'eu-west-1' },
    });
    placeIn(stack, EDGE_REGION);
    const sibling = siblingOf(stack);
    expect([sibling.stackName, sibling.account, sibling.region, sibling.terminationProtection, sibling.tags.tagValues()])
      .toEqual(['shop-web-us-east-1', '111111111111', 'us-east-1', true, { Owner: 'shop' }]);
  });

  test('is in the stage of the construct, whose tags it bears', () => {
    const stage = new Stage(testApp(), 'Prod', { env: { account: '111111111111', region: 'eu-west-1' } });
    const stack = new Stack(stage, 'Web');
    Tags.of(stage).add('Environment', 'prod');
    const place = placeIn(new Construct(stack, 'Site'), EDGE_REGION);
    const resource = new CfnResource(place.scope, 'Certificate', { type: 'AWS::CertificateManager::Certificate', properties: { DomainName: 'example.com' } });
    new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { TopicName: place.read('Arn', resource.ref) } });
    const { stacks } = (stage.node.root as Stage).synth().nestedAssemblies[0].nestedAssembly;
    expect(stacks.map(({ stackName, environment: { region } }) => [stackName, region])).toEqual([['Prod-Web-us-east-1', 'us-east-1'], ['Prod-Web', 'eu-west-1']]);
    expect(stacks[1].template.Resources.Topic.Properties.TopicName).toEqual({
      'Fn::GetStackOutput': { StackName: 'Prod-Web-us-east-1', OutputName: expect.stringMatching(/^SiteArn/), Region: 'us-east-1' },
    });
    expect(stacks[1].dependencies.map(({ id }) => id)).toContain(stacks[0].id);
  });

  test('stands beside the stack around a nested one', () => {
    const stack = testStack();
    const nested = new NestedStack(stack, 'Nested');
    const place = placeIn(new Construct(nested, 'Site'), EDGE_REGION);
    new CfnResource(nested, 'Topic', { type: 'AWS::SNS::Topic', properties: { TopicName: place.read('Arn', 'value') } });
    expect(place.scope.node.path).toBe('Stack-us-east-1/Nested/Site');
    expect(stack.dependencies).toEqual([siblingOf(stack)]);
  });

  test('gives a value under the name that its output has in the end', () => {
    const define = (): { stack: Stack; value: string } => {
      const stack = testStack();
      return { stack, value: placeIn(new Construct(stack, 'Site'), EDGE_REGION).read('Arn', 'value') };
    };
    const nameIn = ({ stack, value }: ReturnType<typeof define>): string => stack.resolve(value)['Fn::GetStackOutput'].OutputName;
    const name = nameIn(define());
    const renamed = define();
    siblingOf(renamed.stack).renameLogicalId(name, 'Renamed');
    expect([name, nameIn(renamed)]).toEqual([expect.stringMatching(/^SiteArn/), 'Renamed']);
  });
});
