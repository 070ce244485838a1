import { ACCEPTED_FINDINGS, AcceptedFinding } from '../../integ/security/accepted-findings';
import { staleEntries, unlistedFindings } from '../../integ/security/compare-findings';
import { Finding } from '../../integ/security/linters';

const ENTRY: AcceptedFinding = {
  title: 'logs in clear', rules: ['CKV_AWS_158', 'CT.CLOUDWATCH.PR.3'], type: 'AWS::Logs::LogGroup', constructs: ['Logs'], profiles: ['prod'], reason: 'they are public',
};
const FINDING: Finding = {
  linter: 'checkov', rule: 'CKV_AWS_158', type: 'AWS::Logs::LogGroup', construct: 'Shop/Api/Logs', text: 'encrypt it', example: 'shop', profile: 'prod', hasDomain: true,
};
const OTHER_RULE: Finding = { ...FINDING, linter: 'cfn-guard', rule: 'CT.CLOUDWATCH.PR.3' };

test('what is on the list is accepted, and a list that is needed is not too long', () => {
  expect(unlistedFindings([FINDING, OTHER_RULE], [ENTRY])).toEqual([]);
  expect(staleEntries([FINDING, OTHER_RULE], [ENTRY])).toEqual([]);
});

test.each<[string, Partial<Finding>]>([
  ['rule', { rule: 'CKV_AWS_18' }],
  ['type of resource', { type: 'AWS::S3::Bucket' }],
  ['construct', { construct: 'Shop/Api/PostgresqlLogs' }],
  ['profile', { profile: 'dev' }],
])('a finding of another %s is not on it', (_, difference) => {
  const finding = { ...FINDING, ...difference };
  expect(unlistedFindings([finding], [ENTRY])).toEqual([
    `checkov ${finding.rule} ${finding.type} ${finding.construct} (shop in ${finding.profile}): encrypt it`,
  ]);
});

test('what is accepted without a domain is not accepted with one', () => {
  const entry = { ...ENTRY, withoutDomain: true };
  expect(unlistedFindings([{ ...FINDING, hasDomain: false }], [entry])).toEqual([]);
  expect(unlistedFindings([FINDING], [entry])).toHaveLength(1);
});

test.each<[string, readonly Finding[], Partial<AcceptedFinding>, string]>([
  ['rule', [FINDING], {}, 'CT.CLOUDWATCH.PR.3'],
  ['construct', [FINDING, OTHER_RULE], { constructs: ['Logs', 'FlowLogGroup'] }, 'FlowLogGroup'],
  ['profile', [FINDING, OTHER_RULE], { profiles: ['dev', 'prod'] }, 'dev'],
])('a %s without its finding makes the list too long', (_, findings, difference, stale) => {
  expect(staleEntries(findings, [{ ...ENTRY, ...difference }])).toEqual([`${stale} of 'logs in clear' (CKV_AWS_158, CT.CLOUDWATCH.PR.3 on AWS::Logs::LogGroup)`]);
});

test('each accepted finding has a reason that says more than that it is accepted', () => {
  expect(ACCEPTED_FINDINGS.filter(({ reason }) => reason.split(' ').length < 8).map(({ title }) => title)).toEqual([]);
});
