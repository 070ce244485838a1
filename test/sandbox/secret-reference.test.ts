import { parseSecretReference, pickJsonKey } from '../../integ/sandbox/secret-reference';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:app/url-AbCdEf';

describe('what a container refers to', () => {
  test.each([
    ['a whole secret', ARN, { store: 'secretsmanager', id: ARN }],
    ['a JSON key', `${ARN}:password::`, { store: 'secretsmanager', id: ARN, jsonKey: 'password' }],
    ['a version stage', `${ARN}::AWSPREVIOUS:`, { store: 'secretsmanager', id: ARN, versionStage: 'AWSPREVIOUS' }],
    ['a version', `${ARN}:password::4f1`, { store: 'secretsmanager', id: ARN, jsonKey: 'password', versionId: '4f1' }],
    ['a parameter by name', '/app/token', { store: 'ssm', id: '/app/token' }],
    [
      'a parameter by ARN',
      'arn:aws:ssm:us-east-1:000000000000:parameter/app/token',
      { store: 'ssm', id: 'arn:aws:ssm:us-east-1:000000000000:parameter/app/token' },
    ],
  ])('may be %s', (_, valueFrom, expected) => {
    expect(parseSecretReference(valueFrom)).toEqual(expected);
  });

  test('is refused with half of the parts', () => {
    expect(() => parseSecretReference(`${ARN}:password`)).toThrow(
      `'valueFrom' must be the ARN of a secret, alone or followed by json-key:version-stage:version-id, got '${ARN}:password'`);
  });

  test('is refused with both a stage and a version', () => {
    expect(() => parseSecretReference(`${ARN}::AWSCURRENT:4f1`)).toThrow("'valueFrom' must not name both a version stage and a version id");
  });
});

describe('a JSON key', () => {
  test('picks a text as it is and anything else as JSON', () => {
    expect(pickJsonKey('{"password":"a\\"b"}', 'password', 's')).toBe('a"b');
    expect(pickJsonKey('{"port":5432}', 'port', 's')).toBe('5432');
    expect(pickJsonKey('{"empty":""}', 'empty', 's')).toBe('');
  });

  test('is not needed for the whole value', () => {
    expect(pickJsonKey('not JSON', undefined, 's')).toBe('not JSON');
  });

  test('that is not there fails in the words of ECS', () => {
    expect(() => pickJsonKey('{"user":"a"}', 'password', 'app')).toThrow('retrieved secret app did not contain json key password');
    expect(() => pickJsonKey('{}', 'toString', 'app')).toThrow('retrieved secret app did not contain json key toString');
    expect(() => pickJsonKey('plain', 'password', 'app')).toThrow('retrieved secret app is not JSON, so it has no key password');
  });
});
