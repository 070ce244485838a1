import * as fc from 'fast-check';
import { atTaskAddress, fillIn, healthCommand, replaceHosts } from '../../integ/sandbox/environment';

const HOST = 'db.cafe.us-east-1.rds.amazonaws.com';
const ALIASES = [{ host: HOST, address: '127.20.0.2' }];

describe('a host name', () => {
  test.each([
    [`postgresql://u:p%40@${HOST}:5432/app?sslmode=require`, 'postgresql://u:p%40@127.20.0.2:5432/app?sslmode=require'],
    [HOST, '127.20.0.2'],
    [`${HOST},${HOST}`, '127.20.0.2,127.20.0.2'],
    [HOST.toUpperCase(), '127.20.0.2'],
    [`${HOST}.`, '127.20.0.2.'],
  ])('is replaced in %s', (value, expected) => {
    expect(replaceHosts(value, ALIASES)).toBe(expected);
  });

  test.each([`my-${HOST}`, `x.${HOST}`, `${HOST}.evil.com`, `${HOST}-2`, HOST.replace('.', 'x')])('is left alone in %s', (value) => {
    expect(replaceHosts(value, ALIASES)).toBe(value);
  });

  test('is the only thing that changes', () => {
    fc.assert(fc.property(fc.string(), (value) => {
      fc.pre(!value.includes(HOST));
      expect(replaceHosts(value, ALIASES)).toBe(value);
    }));
  });
});

describe('a command', () => {
  test('is filled in, and keeps braces that are not placeholders', () => {
    expect(fillIn(['{venv}/bin/python', '--port={PORT}', '{"json": 1}', '${PORT}', '{unknown}'], { venv: '/v', PORT: '8000' }))
      .toEqual(['/v/bin/python', '--port=8000', '{"json": 1}', '${PORT}', '{unknown}']);
  });

  test("finds the task's own address as localhost", () => {
    expect(atTaskAddress(['curl', '-f', 'http://localhost:8000/', '127.0.0.1', 'localhosts'], '127.20.0.1'))
      .toEqual(['curl', '-f', 'http://127.20.0.1:8000/', '127.20.0.1', 'localhosts']);
  });

  test.each([
    [['CMD', 'python', '-m', 'check'], ['python', '-m', 'check']],
    [['CMD-SHELL', 'curl x || exit 1'], ['/bin/sh', '-c', 'curl x || exit 1']],
    [['curl x'], ['/bin/sh', '-c', 'curl x']],
  ])('of a health check %j is run as %j', (declared, words) => {
    expect(healthCommand(declared)).toEqual(words);
  });
});
