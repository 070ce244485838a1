import * as fs from 'fs';
import * as path from 'path';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmThreshold } from '../../../src';
import { inWords, thresholdName } from '../../../src/operations/alarm-rules/rule';
import { KINDS } from '../../../src/operations/alarm-rules/rule-table';

const rules = KINDS.flatMap((kind) => kind.rules.map((rule) => ({ kind, rule })));

test('docs/standard-alarms.md lists every rule as it is', () => {
  const rows = rules.map(({ kind, rule }) => `| ${kind.name} | ${rule.id} | \`${kind.thresholds}.${thresholdName(rule)}\` | `
    + `${inWords(rule.comparison, rule.standard._over(rule.standard))} | ${rule.units.join(', ')} | `
    + `${rule.missing === TreatMissingData.NOT_BREACHING ? 'good' : 'no change'} |`);
  const page = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'standard-alarms.md'), 'utf8');
  expect(page.split('\n').filter((line) => /^\| .* `\w+\.\w+` \|/.test(line))).toEqual(rows);
});

describe.each(rules.map(({ kind, rule }) => [`${kind.name} ${rule.id}`, kind, rule] as const))('%s', (_, kind, rule) => {
  test('has a noun as its id, and a standard threshold in the first of its units', () => {
    expect(rule.id).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(rule.standard._unit).toBe(rule.units[0]);
  });

  test('a share, where another unit is possible too, falls back on that one', () => {
    expect(rule.fallback?._unit).toBe(rule.units[1]);
  });

  test('its threshold is a prop, documented with its default in words', () => {
    const source = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'src', 'operations', 'alarm-threshold.ts'), 'utf8');
    const name = `${kind.thresholds[0].toUpperCase()}${kind.thresholds.slice(1)}Thresholds`;
    const struct = source.slice(source.indexOf(`export interface ${name} `)).split('\n}')[0];
    const doc = struct.slice(0, struct.indexOf(`readonly ${thresholdName(rule)}?: AlarmThreshold`)).split('/**').pop();
    expect(doc).toContain(`@default - ${inWords(rule.comparison, rule.standard._over(rule.standard))}`);
  });

  test('any evaluation may be changed alone', () => {
    const { periods } = AlarmThreshold.standard({ periods: 2 })._over(rule.standard);
    expect(periods).toBe(2);
  });
});
