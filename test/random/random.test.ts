// The random users are themselves held to account: what must fail a run is seen to fail here, and a few programs are carried out. `npm run fuzz` carries out thousands.
import { App, CfnOutput, CfnParameter, CfnResource, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ACCEPTED_CDK_ERRORS } from './cdk-errors';
import { everythingOf, headlines } from './headline-constructs';
import { Fault, outcomeOf } from './outcome';
import { codeOf, Program } from './program';
import { publicApi } from './public-api';
import { Site } from './site';
import { complaintOf, tallyOf } from './tally';
import { faultsOf, Template } from './template-rules';
import { runShare } from './worker';
import { Fields, struct, written } from './written';
import { Route, TaskScaling } from '../../src';

// a lock is not written where CI is set
process.env.CI = 'false';

/** A program of one statement, carried out in a stack. */
const programOf = (make: (stack: Stack, site: Site) => unknown): Program => ({
  setting: { context: {}, inStage: false, nested: false },
  statements: [{ name: 'it', place: 'main', value: written('…', (site) => make(site.stack, site)) }],
});
const bucket = (scope: Construct, properties: Record<string, unknown> = {}): CfnResource => new CfnResource(scope, 'Bucket', { type: 'AWS::S3::Bucket', properties });
const faultOf = (make: (stack: Stack, site: Site) => unknown): string => {
  try {
    return outcomeOf(programOf(make)).kind;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
};

test.each(headlines().map(({ name }) => name))('programs of %s come to what they must', (name) => {
  const { runs, counterexamples } = runShare({ name, seed: 7, runs: 3 });
  expect(counterexamples).toEqual([]);
  expect(runs).toBe(3);
});

describe('what of the library is drawn', () => {
  test('every construct that users begin with has random users', () => {
    expect(headlines().map(({ name }) => name)).toEqual(expect.arrayContaining(['HaContainerWebApp', 'PrivatePostgres', 'StandardAlarms']));
  });

  test.each([
    ['on the floor of the apps', { file: 'apps/batch-app.ts', hasExample: false }],
    ['with an example in its documentation', { file: 'edge/batch-app.ts', hasExample: true }],
  ])('a construct %s without users fails the run', (_, shape) => {
    const classes = [{ name: 'BatchApp', isConstruct: true, members: [], ...shape }];
    expect(() => headlines({ structs: [], classes, enumMembers: [] })).toThrow(
      "headline construct 'BatchApp' has no random users: write them in test/random/headline, and name them in its index.ts");
  });

  test('a prop without values fails the run, and so do values without a prop', () => {
    expect(() => struct<TaskScaling>('TaskScaling', {} as Fields<TaskScaling>)).toThrow(
      "struct 'TaskScaling' has the props cpuPercent, maxTasks, memoryPercent, minTasks, scaleInCooldown, scaleOutCooldown, and values for : give each prop an arbitrary in test/random");
    expect(() => struct('NoSuchStruct', {})).not.toThrow();
    expect(() => struct<{ readonly x?: string }>('NoSuchStruct', { x: undefined as never })).toThrow("struct 'NoSuchStruct' has the props , and values for x");
  });

  test('everything that users can write is asked for: props, methods, factories, constants, constructs', () => {
    expect(everythingOf(publicApi())).toEqual(expect.arrayContaining([
      'ContainerTaskOptions.image', 'HaContainerWebApp.addService', 'Route.matching', 'EnvironmentProfile.DEV', 'FirewallLevel.FULL', 'new WebEntry', 'ContainerService.privateUrl',
    ]));
    expect(everythingOf(publicApi()).filter((name) => /\._|ContainerTask$/.test(name))).toEqual([]);
  });

  test('users who only make mistakes fail the run', () => {
    expect(complaintOf({ ...tallyOf('X'), runs: 100, valid: 59 })).toBe('only 59 of 100 programs were valid, 60 % must be: the generator makes too many mistakes');
    expect(complaintOf({ ...tallyOf('X'), runs: 100, valid: 60 })).toBeUndefined();
    expect(complaintOf(tallyOf('X'))).toMatch(/^only 0 of 0/);
  });
});

describe('a program', () => {
  test('that makes a valid template is valid', () => {
    expect(faultOf((stack) => bucket(stack))).toBe('valid');
  });

  test('that the library refuses in its own words is refused', () => {
    expect(faultOf(() => Route.port(0))).toBe('refused');
    expect(outcomeOf(programOf(() => Route.port(0)))).toEqual({ kind: 'refused', message: "'…' must be … to …, got …: …" });
  });

  test('that the library refuses at synthesis is refused', () => {
    const message = "nothing rests outside the work hours of 'Main/Hours': call include() with a scope that has services or databases";
    expect(faultOf((stack) => bucket(stack).node.addValidation({ validate: () => [message] }))).toBe('refused');
  });

  test.each<[string, (stack: Stack, site: Site) => unknown, RegExp]>([
    ['that dies of a TypeError', () => (undefined as unknown as Stack).node, /^TypeError which is not ours: /],
    ['that the CDK refuses', (stack) => new Stack(stack.node.root as App, 'not a stack name'), / which is not ours: Stack name must match the regular expression/],
    ['that somebody else refuses at synthesis', (stack) => bucket(stack).node.addValidation({ validate: () => ['no'] }), / which is not ours: Validation failed/],
    ['whose error shows what encodes a token', () => {
      throw new Error(`'port' must be 1 to 65535, got ${Lazy.string({ produce: () => 'x' })}: choose a TCP port`);
    }, /^the error shows what a token is encoded by: 'port' must be 1 to 65535, got \$\{Token/],
    ['that makes what CloudFormation does not know', (stack) => bucket(stack, { NoSuchProperty: 1 }), /^the template is not valid: F3002 at Bucket/],
    ['that comes to something else the second time', (stack, site) => bucket(stack, { BucketName: site.backwards ? 'b' : 'a' }),
      /^carried out again it came to something else: \/Main\.template\.json\/Resources\/Bucket\/Properties\/BucketName: "a", then "b"$/],
    ['that is refused the second time alone', (stack, site) => (site.backwards ? Route.port(0) : bucket(stack)), /^carried out again it came to something else: 'port' must be/],
  ])('%s is a fault', (_, make, fault) => {
    expect(faultOf(make)).toMatch(fault);
  });

  test('is shown as code', () => {
    expect(codeOf(programOf((stack) => bucket(stack)))).toBe('// no feature flags; context {}; env none, zones not looked up\nconst it = …;');
  });

  test('may be refused by the CDK where a reason says why', () => {
    expect(faultOf((stack) => new Construct(stack, ''))).toBe('refused by the CDK');
    expect(ACCEPTED_CDK_ERRORS.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });
});

describe('a template', () => {
  const one = { Type: 'AWS::SNS::Topic' };

  test('without fault has none', () => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
    const parameter = new CfnParameter(stack, 'Name');
    const topic = new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { DisplayName: Fn.sub('${Name} in ${AWS::Region} ${!Literal}'), TopicName: parameter.valueAsString } });
    new CfnOutput(stack, 'Arn', { value: topic.ref });
    expect(faultsOf((stack.node.root as App).synth().getStackByName('Stack').template)).toEqual([]);
  });

  test.each<[string, Template, string]>([
    ['Ref', { Resources: { A: { ...one, Properties: { X: { Ref: 'Gone' } } } } }, "A refers to 'Gone', which is not in the template"],
    ['Fn::GetAtt', { Resources: { A: { ...one, Properties: { X: [{ 'Fn::GetAtt': ['Gone', 'Arn'] }] } } } }, "A refers to 'Gone', which is not in the template"],
    ['Fn::Sub', { Resources: { A: { ...one, Properties: { X: { 'Fn::Sub': '${Gone.Arn}' } } } } }, "A refers to 'Gone', which is not in the template"],
    ['DependsOn', { Resources: { A: { ...one, DependsOn: 'Gone' } } }, "A depends on 'Gone', which is not in the template"],
    ['Condition', { Resources: { A: { ...one, Condition: 'Gone' } } }, "A has the condition 'Gone', which is not in the template"],
    ['an output', { Outputs: { O: { Value: { Ref: 'Gone' } } } }, "an output or mapping refers to 'Gone', which is not in the template"],
    ['a circle', { Resources: { A: { ...one, DependsOn: ['B'] }, B: { ...one, Properties: { X: { Ref: 'A' } } } } }, 'circle: A -> B -> A'],
    ['a resource that waits for itself', { Resources: { A: { ...one, DependsOn: 'A' } } }, 'circle: A -> A'],
    ['too many resources', { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`A${index}`, one])) }, '501 resources, CloudFormation takes 500'],
    ['a token in a text', { Resources: { A: { ...one, Properties: { X: 'a-${Token[TOKEN.1]}' } } } }, "A/X: 'a-${Token[TOKEN.1]}'"],
    ['a number token in a text', { Resources: { A: { ...one, Properties: { X: `${Lazy.number({ produce: () => 1 })}` } } } }, "A/X: '-1.88"],
    ['a number token', { Resources: { A: { ...one, Properties: { X: Lazy.number({ produce: () => 1 }) } } } }, 'A/X: -1.88'],
    ['a number token in an output', { Outputs: { O: { Value: `port ${Lazy.number({ produce: () => 1 })}` } } }, "Outputs/O/Value: 'port -1.88"],
    ['NaN', { Resources: { A: { ...one, Properties: { X: 'every NaN minutes' } } } }, "A/X: 'every NaN minutes'"],
    ['null', { Resources: { A: { ...one, Properties: { X: [null] } } } }, 'A/X/0: null'],
    ['two log groups of one name', { Resources: { A: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'x' } }, B: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'x' } } } },
      'B and A are the same AWS::Logs::LogGroup'],
  ])('with a fault is found: %s', (_, template, fault) => {
    expect(faultsOf(template).join()).toContain(fault);
  });
});
