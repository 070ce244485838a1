// What counts as a difference between two systems: everything but what is on the list, which hides no more than it says.
import { Comparison } from '../../integ/both-ends/accepted-differences';
import { unlistedDifferences } from '../../integ/both-ends/compare-systems';
import { System } from '../../integ/both-ends/system';

type Properties = Record<string, unknown>;

const system = (Properties: Properties, Outputs = {}): System => ({ Stack: { Resources: { Thing: { Type: 'AWS::Some::Thing', Properties } }, Outputs } });
const policy = (...Statement: Properties[]): System => system({ PolicyDocument: { Statement } });
const differences = (left: System, right: System, between: Comparison = 'flags'): string[] => unlistedDifferences([{ between, name: 'pair', left, right }]);

test('a property that differs is told with its place and both values', () => {
  expect(differences(system({ Size: 1 }), system({ Size: 2 }))).toEqual(['pair /Stack/Resources/Thing/Properties/Size: 1, and 2']);
});

test('a stack, a resource or a property that one side lacks is a difference', () => {
  expect(differences(system({}), {})).toHaveLength(1);
  expect(differences({ Stack: { Resources: {}, Outputs: {} } }, system({}))).toHaveLength(1);
  expect(differences(system({}), system({ Size: 1 }))).toEqual(['pair /Stack/Resources/Thing/Properties/Size: absent, and 1']);
});

test('the order of properties is none, the order of a list is one', () => {
  expect(differences(system({ A: 1, B: 2 }), system({ B: 2, A: 1 }))).toEqual([]);
  expect(differences(system({ A: [1, 2] }), system({ A: [2, 1] }))).toHaveLength(2);
});

const read = { Effect: 'Allow', Action: ['s3:Get', 's3:List'], Resource: ['a', 'b'] };

test('a policy that is written otherwise and says the same is none between flags', () => {
  const apart = policy({ Effect: 'Allow', Action: 's3:List', Resource: ['b', 'a'] }, { Effect: 'Allow', Action: 's3:Get', Resource: 'a' }, { Effect: 'Allow', Action: 's3:Get', Resource: 'b' });
  expect(differences(policy(read), apart)).toEqual([]);
  expect(differences(policy({ ...read, Sid: '0' }), policy({ ...read, Sid: '3' }))).toEqual([]);
});

test.each<[string, Properties]>([
  ['another action', { Action: ['s3:Get', 's3:List', 's3:Put'] }],
  ['another resource', { Resource: ['a', '*'] }],
  ['another effect', { Effect: 'Deny' }],
  ['a condition', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ['a principal', { Principal: { AWS: '*' } }],
  ['a name', { Sid: 'Readers' }],
])('%s in a policy is a difference', (_, change) => {
  expect(differences(policy(read), policy({ ...read, ...change }))).not.toEqual([]);
});

test('between versions a policy is to be written alike', () => {
  expect(differences(policy(read), policy({ ...read, Action: ['s3:List', 's3:Get'] }), 'versions')).not.toEqual([]);
});

const consumer = (Value: unknown): System[string] => ({ Resources: { User: { Type: 'AWS::Some::User', Properties: { Value } } } });
const producer = (name: string, Value: unknown, exported?: string): System[string] => ({
  Resources: {}, Outputs: { [name]: { Value, ...exported === undefined ? {} : { Export: { Name: exported } } } },
});

test('a value of another stack is the same by an export as by reading the output, if it is', () => {
  const byExport = (value: string): System => ({ A: producer('ExportsOutputRefThing', { Ref: value }, 'A:ExportsOutputRefThing'), B: consumer({ 'Fn::ImportValue': 'A:ExportsOutputRefThing' }) });
  const byOutput = (value: string): System => ({ A: producer('PublishOutputRefThing', { Ref: value }), B: consumer({ 'Fn::GetStackOutput': { StackName: 'a', OutputName: 'PublishOutputRefThing' } }) });
  expect(differences(byOutput('Thing'), byExport('Thing'))).toEqual([]);
  expect(differences(byOutput('Thing'), byExport('Other'))).toHaveLength(1);
});

test('an output of the app\'s own is no such value', () => {
  expect(differences(system({}, { Url: { Value: 'http' } }), system({}))).toHaveLength(1);
});
