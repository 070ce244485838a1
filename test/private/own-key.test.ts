import * as fs from 'fs';
import * as path from 'path';
import { Template } from 'aws-cdk-lib/assertions';
import { ownKey } from '../../src/private/own-key';
import { FLAG_SETS, testStack } from '../harness';

const SRC = path.join(__dirname, '..', '..', 'src');
const SERVICES_ALONE = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'kms:CreateGrant',
  Resource: '*',
  Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
};

describe.each(FLAG_SETS)('a key of the library, with %s', (_, flags) => {
  const stack = testStack(flags);
  ownKey(stack, 'Key', {});
  const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));

  test('is rotated', () => {
    expect(Properties.EnableKeyRotation).toBe(true);
  });

  test('is used by grant of services of AWS alone, and by its policy', () => {
    expect(Properties.KeyPolicy.Statement).toContainEqual(SERVICES_ALONE);
  });
});

test('the library makes no other keys', () => {
  const sources = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(sources.filter((file) => /new (kms\.)?(Key|CfnKey)\(/.test(fs.readFileSync(path.join(SRC, file), 'utf8')))).toEqual([path.join('private', 'own-key.ts')]);
});
