import * as fc from 'fast-check';
import { forAnybody, forPrincipals, isAllowed, matches, PolicyDocument } from '../../integ/sandbox/policy';

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:url-AbCdEf';
const read = { action: 'secretsmanager:GetSecretValue', resource: SECRET };
const allow = (statement: object): PolicyDocument => ({ Statement: { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET, ...statement } });

describe('a request', () => {
  test('is allowed by a statement that names its action and its resource', () => {
    expect(isAllowed([allow({})], read)).toBe(true);
  });

  test('is not allowed by nothing', () => {
    expect(isAllowed([], read)).toBe(false);
    expect(isAllowed([{}], read)).toBe(false);
  });

  test.each([
    ['another action', { Action: 'secretsmanager:DescribeSecret' }],
    ['another resource', { Resource: SECRET.replace('url', 'token') }],
    ['no action', { Action: [] }],
    ['all other actions', { Action: undefined, NotAction: 'secretsmanager:*' }],
    ['all other resources', { Resource: undefined, NotResource: SECRET }],
  ])('is not allowed by a statement for %s', (_, statement) => {
    expect(isAllowed([allow(statement)], read)).toBe(false);
  });

  test.each([
    ['a pattern of actions', { Action: ['logs:*', 'secretsmanager:Get*'] }],
    ['actions in another case', { Action: 'SecretsManager:getsecretvalue' }],
    ['a pattern of resources', { Resource: 'arn:aws:secretsmanager:*:*:secret:url-??????' }],
  ])('is allowed by %s', (_, statement) => {
    expect(isAllowed([allow(statement)], read)).toBe(true);
  });

  test('is not allowed when another statement denies it', () => {
    expect(isAllowed([allow({}), { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }], read)).toBe(false);
  });
});

describe('a condition', () => {
  const decrypt = { action: 'kms:Decrypt', resource: 'key', context: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } };
  const under = (Condition: { [operator: string]: { [key: string]: string } }) =>
    isAllowed([{ Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition } }], decrypt);

  test('holds when the request has the value', () => {
    expect(under({ StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } })).toBe(true);
    expect(under({ StringLike: { 'KMS:viaservice': 'secretsmanager.*.amazonaws.com' } })).toBe(true);
  });

  test('does not hold when the request has another value, or none', () => {
    expect(under({ StringEquals: { 'kms:ViaService': 'rds.us-east-1.amazonaws.com' } })).toBe(false);
    expect(under({ StringEquals: { 'kms:CallerAccount': '000000000000' } })).toBe(false);
  });

  test('that is not understood does not hold', () => {
    expect(under({ NumericLessThan: { 'kms:ViaService': '1' } })).toBe(false);
  });
});

test("only statements that name a principal are taken from a resource's policy", () => {
  const named = { Effect: 'Allow' as const, Principal: { AWS: ['arn:role'] }, Action: 'kms:*', Resource: '*' };
  const other = { ...named, Principal: { AWS: 'arn:other' } };
  const everybody = { ...named, Principal: '*' };
  const service = { ...named, Principal: { Service: 'rds.amazonaws.com' } };
  expect(forPrincipals({ Statement: [named, other, everybody, service] }, ['arn:role']).Statement).toEqual([named, everybody]);
});

test('a text without wildcards is a pattern that it alone matches', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (pattern, text) => {
    fc.pre(!/[*?]/.test(pattern));
    expect(matches(pattern, text)).toBe(pattern === text);
  }));
});

describe('a condition', () => {
  const encrypted = (value: string) => ({ ...read, context: { 'aws:SecureTransport': value } });
  const deny = (Condition: object): PolicyDocument => ({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition } as never] });

  test.each(['false', false])('on a boolean compares it, given as %p', (value) => {
    const onlyEncrypted = [allow({}), deny({ Bool: { 'aws:SecureTransport': value } })];
    expect(isAllowed(onlyEncrypted, encrypted('true'))).toBe(true);
    expect(isAllowed(onlyEncrypted, encrypted('false'))).toBe(false);
  });

  test('with an unknown operator neither allows, nor does it let a denial pass', () => {
    expect(isAllowed([allow({ Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } } })], read)).toBe(false);
    expect(isAllowed([allow({}), deny({ DateLessThan: { 'aws:CurrentTime': '2030-01-01' } })], read)).toBe(false);
  });
});

describe('the statements for anybody', () => {
  test('are those that name no principal in particular', () => {
    const one = { Effect: 'Allow' as const, Principal: { AWS: 'arn:aws:iam::000000000000:role/one' } };
    const all = { Effect: 'Allow' as const, Principal: { AWS: '*' } };
    expect(forAnybody({ Statement: [one, all] })).toEqual({ Statement: [all] });
  });
});
