import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ce from 'aws-cdk-lib/aws-ce';
import * as opensearchserverless from 'aws-cdk-lib/aws-opensearchserverless';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as fc from 'fast-check';
import { AppNetwork, StandardTags, StandardTagsOptions } from '../../src';
import { REPLACED_BY_TAGS } from '../../src/governance/replaced-by-tags';
import { FLAG_SETS, inProfile, testApp, testStack } from '../harness';

const TAGS: StandardTagsOptions = { application: 'fillup', component: 'platform', costCenter: 'CC-100', owner: 'team@example.com' };

/** Tags of the resources of a type, each as `key=value`. */
const tagsOf = (stack: Stack, type: string): string[][] => Object.values(Template.fromStack(stack).findResources(type))
  .map(({ Properties }) => (Properties?.Tags ?? []).map(({ Key, Value }: { Key: string; Value: string }) => `${Key}=${Value}`));
const FIVE = ['Application=fillup', 'Component=platform', 'CostCenter=CC-100', 'Environment=prod', 'Owner=team@example.com'];

describe.each(FLAG_SETS)('the five tags with %s', (_, flags) => {
  test('are on every resource of an app that can be tagged, also on what joins later', () => {
    const app = new App({ context: flags });
    const stack = new Stack(app, 'Stack');
    new s3.Bucket(stack, 'Before');
    StandardTags.apply(app, TAGS);
    new s3.Bucket(stack, 'After');
    expect(tagsOf(stack, 'AWS::S3::Bucket')).toEqual([FIVE, FIVE]);
  });

  test('are not on stacks, with flags or without', () => {
    const app = new App({ context: flags });
    const stack = new Stack(app, 'Stack', { tags: { Mine: 'kept' } });
    new s3.Bucket(stack, 'Bucket');
    StandardTags.apply(app, TAGS);
    expect(app.synth().getStackByName('Stack').tags).toEqual({ Mine: 'kept' });
  });
});

test('they are where services write tags otherwise', () => {
  const stack = testStack();
  StandardTags.apply(stack, TAGS);
  new ssm.StringParameter(stack, 'Setting', { stringValue: 'x' });
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::SSM::Parameter'));
  expect(Properties.Tags).toEqual({ Application: 'fillup', Component: 'platform', CostCenter: 'CC-100', Environment: 'prod', Owner: 'team@example.com' });
});

test('constructs of the library keep the tags they have', () => {
  const stack = testStack();
  StandardTags.apply(stack, TAGS);
  new AppNetwork(stack, 'Network');
  for (const tags of tagsOf(stack, 'AWS::EC2::Subnet')) expect(tags).toEqual(expect.arrayContaining([...FIVE, expect.stringMatching(/^aws-cdk:subnet-name=/)]));
});

describe('the environment', () => {
  const environment = (stack: Stack, options: Partial<StandardTagsOptions> = {}): string | undefined => {
    new s3.Bucket(stack, 'Bucket');
    StandardTags.apply(stack, { ...TAGS, ...options });
    return tagsOf(stack, 'AWS::S3::Bucket')[0].find((tag) => tag.startsWith('Environment='));
  };

  test.each(['dev', 'staging', 'prod'] as const)('is that of the context: %s', (profile) => {
    expect(environment(testStack(inProfile(profile)))).toBe(`Environment=${profile}`);
  });

  test('is what the option says', () => {
    expect(environment(testStack(), { environment: 'demo' })).toBe('Environment=demo');
  });
});

test('of two calls the one on the inner scope wins, in whatever order they come', () => {
  fc.assert(fc.property(fc.boolean(), (innerFirst) => {
    const app = testApp();
    const stack = new Stack(app, 'Stack');
    new s3.Bucket(stack, 'Bucket');
    const calls = [() => StandardTags.apply(stack, { ...TAGS, component: 'api' }), () => StandardTags.apply(app, TAGS)];
    for (const call of innerFirst ? calls : [...calls].reverse()) call();
    expect(tagsOf(stack, 'AWS::S3::Bucket')).toEqual([FIVE.map((tag) => tag.replace('platform', 'api'))]);
  }), { numRuns: 4 });
});

describe('what CloudFormation would replace for a changed tag', () => {
  test('is left without tags', () => {
    const stack = testStack();
    new opensearchserverless.CfnCollection(stack, 'Search', { name: 'search' });
    new ce.CfnAnomalyMonitor(stack, 'Monitor', { monitorName: 'all', monitorType: 'DIMENSIONAL' });
    StandardTags.apply(stack, TAGS);
    const resources = Template.fromStack(stack).toJSON().Resources as Record<string, { Properties: object }>;
    for (const { Properties } of Object.values(resources)) expect(JSON.stringify(Properties)).not.toContain('fillup');
  });

  test('is what its specification says', () => {
    const replaced = [...loadAwsServiceSpecSync().all('resource')].filter(({ tagInformation, properties }) =>
      tagInformation !== undefined && properties[tagInformation.tagPropertyName]?.causesReplacement === 'yes');
    expect([...REPLACED_BY_TAGS].sort()).toEqual(replaced.map(({ cloudFormationType }) => cloudFormationType).sort());
  });
});

describe('values', () => {
  test.each<[Partial<StandardTagsOptions>, string]>([
    [{ application: '' }, "'application' must be 1 to 256 characters, got '': a tag of AWS holds no more, and an empty one says nothing, so choose another"],
    [{ owner: ' ' }, "'owner' must be 1 to 256 characters, got ' ': a tag of AWS holds no more, and an empty one says nothing, so choose another"],
    [{ component: 'a'.repeat(257) }, "'component' must be 1 to 256 characters, got 257: a tag of AWS holds no more, and an empty one says nothing, so choose another"],
    [{ costCenter: 'R&D' },
      "'costCenter' must be letters, digits, spaces and _ . : / = + - @, got 'R&D': some services would refuse to tag their resources by other characters, so leave those out"],
    [{ environment: 'AWS:prod' }, "'environment' must not begin with 'aws:', got 'AWS:prod': these tags are AWS's own, choose another word"],
  ])('fails on %j', (options, message) => {
    expect(() => StandardTags.apply(testStack(), { ...TAGS, ...options })).toThrow(new Error(message));
  });

  test.each(['a'.repeat(256), 'Größe 1', 'a_b.c:d/e=f+g-h@i', 'law:yers'])('pass: %s', (owner) => {
    expect(() => StandardTags.apply(testStack(), { ...TAGS, owner })).not.toThrow();
  });

  test('may be tokens', () => {
    const stack = testStack();
    new s3.Bucket(stack, 'Bucket');
    StandardTags.apply(stack, { ...TAGS, owner: new CfnParameter(stack, 'Owner').valueAsString });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket'));
    expect(Properties.Tags).toContainEqual({ Key: 'Owner', Value: { Ref: 'Owner' } });
  });
});

test('what cannot be tagged stays as it is', () => {
  const stack = testStack();
  new CfnResource(stack, 'Bare', { type: 'AWS::S3::Bucket' });
  StandardTags.apply(stack, TAGS);
  expect(tagsOf(stack, 'AWS::S3::Bucket')).toEqual([[]]);
});
