// What a release may not take away is seen to be missed: a release that offered more than this checkout is made, and compared.
import * as fs from 'fs';
import * as path from 'path';
import { assembly } from './assembly';
import { compare, folderForRelease, judge, mayBreak } from '../integ/api-diff';

const ROOT = path.join(__dirname, '..');
const RELEASE = folderForRelease();

afterAll(() => fs.rmSync(RELEASE, { recursive: true }));

interface Named { name: string; optional?: boolean }
interface Assembly { types: Record<string, { methods: Named[]; properties: Named[]; members: Named[] }> }

/** A package as it would have been released, in a folder of its own. */
function released(alter: (types: Assembly['types']) => void): string {
  const altered: Assembly = JSON.parse(fs.readFileSync(assembly, 'utf8'));
  alter(altered.types);
  fs.writeFileSync(path.join(RELEASE, '.jsii'), JSON.stringify(altered));
  fs.copyFileSync(path.join(ROOT, 'package.json'), path.join(RELEASE, 'package.json'));
  return RELEASE;
}

test('a method, an enum member and an optional prop that are gone or stricter are named', () => {
  const { exit, text } = compare(released((types) => {
    types['cdk-patternbook.AlertTopic'].methods.push({ ...types['cdk-patternbook.AlertTopic'].methods[0], name: 'addPager' });
    types['cdk-patternbook.FirewallLevel'].members.push({ name: 'STRICT' });
    types['cdk-patternbook.ContainerServiceOptions'].properties.find(({ name }) => name === 'port')!.optional = true;
  }));
  expect(exit).toBe(1);
  expect(text).toContain('removed:cdk-patternbook.AlertTopic.addPager');
  expect(text).toContain('removed:cdk-patternbook.FirewallLevel.STRICT');
  expect(text).toContain("newly required property 'port' used to be optional: input to cdk-patternbook.HaContainerWebApp.addService");
}, 30_000);

test('what is new breaks nobody', () => {
  const { exit, text } = compare(released((types) => {
    const { members } = types['cdk-patternbook.FirewallLevel'];
    types['cdk-patternbook.FirewallLevel'].members = members.slice(0, -1);
    types['cdk-patternbook.WebEntryProps'].properties = types['cdk-patternbook.WebEntryProps'].properties.filter(({ name }) => name !== 'accessLogs');
  }));
  expect([exit, text]).toEqual([0, '']);
}, 30_000);

describe('a release that breaks', () => {
  const broken = { exit: 1, text: 'err - METHOD gone' };

  test('fails under a version that promises not to', () => {
    expect(judge(broken, '1.2.3', '1.3.0', '## 1.3.0')).toEqual({
      exit: 1,
      text: "err - METHOD gone\n\n1.3.0 would break what is built on 1.2.3: bring it back, or commit with 'BREAKING CHANGE:' so that the version says so",
    });
  });

  test('fails until docs/upgrading.md says how to move', () => {
    expect(judge(broken, '1.2.3', '2.0.0', '## 1.0.0')).toEqual({
      exit: 1,
      text: "err - METHOD gone\n\n2.0.0 breaks what is built on 1.2.3: docs/upgrading.md must say how to move, under '## 2.0.0'",
    });
  });

  test('passes with its entry', () => {
    expect(judge(broken, '1.2.3', '2.0.0', 'x\n## 2.0.0\n').exit).toBe(0);
  });
});

test.each([
  ['1.2.3', '1.2.4', false], ['1.2.3', '1.3.0', false], ['1.2.3', '2.0.0', true], ['0.2.3', '0.2.4', false], ['0.2.3', '0.3.0', true], ['v0.9.0', '1.0.0', true],
])('from %s to %s may break: %s', (from, to, expected) => {
  expect(mayBreak(from, to)).toBe(expected);
});
