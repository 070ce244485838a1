import * as fc from 'fast-check';
import { canonicalValue, sameValue, valueAt } from '../../src/review/stateful-lock-value';

test('numbers and booleans are the text that CloudFormation takes them as', () => {
  expect(canonicalValue({ Port: 5432, Encrypted: true })).toEqual({ Port: '5432', Encrypted: 'true' });
});

test('the order of keys does not matter', () => {
  expect(sameValue(canonicalValue({ a: 1, b: [{ c: 2, d: 3 }] }), canonicalValue({ b: [{ d: 3, c: 2 }], a: 1 }))).toBe(true);
});

test('the order of a list matters', () => {
  expect(sameValue(canonicalValue(['a', 'b']), canonicalValue(['b', 'a']))).toBe(false);
});

test('a join within a join comes to one, neighbouring texts to one text', () => {
  expect(canonicalValue({ 'Fn::Join': ['', ['a', 'b', { 'Fn::Join': ['-', ['c', { Ref: 'X' }, 'd']] }, 'e']] }))
    .toEqual({ 'Fn::Join': ['', ['abc-', { Ref: 'X' }, '-de']] });
});

test('a join of texts is a text', () => {
  expect(canonicalValue({ 'Fn::Join': ['/', ['a', 'b']] })).toBe('a/b');
  expect(canonicalValue({ 'Fn::Join': ['', []] })).toBe('');
});

test('a join of a list that is known only at deployment stays as it is', () => {
  const list = { 'Fn::Join': [',', { 'Fn::GetAZs': '' }] };
  expect(canonicalValue(list)).toEqual(list);
});

test('Fn::Sub is the join that it stands for', () => {
  expect(canonicalValue({ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::${Bucket.Arn}/${!Literal}' })).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/${Literal}']],
  });
  expect(canonicalValue({ 'Fn::Sub': ['${Name}-logs', { Name: { Ref: 'App' } }] })).toEqual({ 'Fn::Join': ['', [{ Ref: 'App' }, '-logs']] });
});

test('Fn::GetAtt as a text is the list, also into a nested stack', () => {
  expect(canonicalValue({ 'Fn::GetAtt': 'Key.Arn' })).toEqual({ 'Fn::GetAtt': ['Key', 'Arn'] });
  expect(canonicalValue({ 'Fn::GetAtt': 'Nested.Outputs.Key' })).toEqual({ 'Fn::GetAtt': ['Nested', 'Outputs.Key'] });
});

test('a value is found at a path, and nothing where there is none', () => {
  expect(valueAt({ A: { B: 1 } }, 'A/B')).toBe(1);
  expect(valueAt({ A: 'x' }, 'A/B')).toBeUndefined();
  expect(valueAt(undefined, 'A')).toBeUndefined();
});

const token = fc.constantFrom({ Ref: 'AWS::Region' }, { Ref: 'Vpc' }, { 'Fn::GetAtt': ['Key', 'Arn'] });
const template = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), token, tie('join'), fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{0,5}$/), tie('value'), { maxKeys: 3 })),
  join: fc.tuple(fc.constantFrom('', '-', '/'), fc.array(fc.oneof(fc.string(), token, tie('join')), { maxLength: 4 })).map((argument) => ({ 'Fn::Join': argument })),
})).value;

test('the form of a form is itself, whatever the value', () => {
  fc.assert(fc.property(template, (value) => expect(canonicalValue(canonicalValue(value))).toEqual(canonicalValue(value))));
});

test('a text cut into the pieces of a join in any way stays the same value', () => {
  const texts = fc.array(fc.oneof(fc.string({ minLength: 1 }), token), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(texts, fc.nat(6), fc.nat(6), (pieces, one, other) => {
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    const nested = [...pieces.slice(0, from), { 'Fn::Join': ['', pieces.slice(from, to)] }, ...pieces.slice(to)];
    expect(canonicalValue({ 'Fn::Join': ['', nested] })).toEqual(canonicalValue({ 'Fn::Join': ['', pieces] }));
  }));
});
