import { isDeepStrictEqual } from 'util';
import { App, Token } from 'aws-cdk-lib';
import { synthesizedStacks } from '../../integ/example-app';
import { FLAG_SETS, withFlags } from '../../integ/flag-sets';
import { FINDINGS_LEFT, isLeft, undecided } from '../../integ/security/findings-left';
import { contextOf, judgedVariants, nameOf, synthesizedApp } from '../../integ/security/judged-apps';
import { judgedExample } from '../../integ/security/judged-trees';
import { acknowledgementsIn, nagFindings, RULE_PACKS } from '../../integ/security/rule-packs';
import { FunctionMigration } from '../../src';

const variants = judgedVariants().map((variant) => [nameOf(variant), variant] as const);

test('every rule pack of cdk-nag takes part', () => {
  expect(RULE_PACKS.map(([name]) => name).sort()).toEqual(
    ['AwsSolutionsChecks', 'HIPAASecurityChecks', 'NIST80053R4Checks', 'NIST80053R5Checks', 'PCIDSS321Checks', 'ServerlessChecks'],
  );
});

describe.each(variants)('%s', (_, variant) => {
  // as its cdk.json says: with the recommended flags
  let app: App;
  beforeAll(() => {
    app = synthesizedApp(variant);
  });

  test.each(FLAG_SETS)('no rule pack finds anything but what is left to the user, with %s', (__, flags) => {
    const context = withFlags(contextOf(variant), flags);
    const isAsItStands = isDeepStrictEqual(context, contextOf(variant));
    const judged = isAsItStands ? app : synthesizedApp(variant, context);
    const paths = judged.node.findAll().map(({ node }) => node.path);
    const left = variant.hasDomain ? [] : FINDINGS_LEFT.filter(({ without, construct }) => without === 'domain' && paths.some((path) => construct.test(path)));
    const findings = isAsItStands ? judgedExample(variant, () => app).anywhere : nagFindings(judged);
    expect(undecided(findings, left)).toEqual([]);
    expect(left.filter((entry) => !findings.some((finding) => isLeft(finding, entry)))).toEqual([]);
  });

  test('each acknowledgement stands on a construct of its own, has a reason, and an id that every CDK takes', () => {
    const roots = [app.node.path, ...app.node.children.map(({ node }) => node.path)];
    const acknowledgements = acknowledgementsIn(app);
    expect(acknowledgements.length).toBeGreaterThan(20);
    expect(acknowledgements.filter(({ construct, reason, rule }) =>
      // before 2.269 an id of more than two parts ends the user's synthesis; names of AWS's parameters and functions are no parts
      roots.includes(construct) || reason.length < 30 || Token.isUnresolved(rule) || rule.replace(/<AWS::\w+>|"(Fn|AWS)::\w+"/g, 'x').split('::').length > 2)).toEqual([]);
  });

  test('acknowledgements leave nothing in the templates', () => {
    const stacks = synthesizedStacks<object>(app);
    expect(stacks.filter(({ template }) => /cdk_nag|acknowledged-rules|rules_to_suppress/.test(JSON.stringify(template))).map(({ id }) => id)).toEqual([]);
  });

  test('has no custom resource but the one that closes the VPC\'s default security group, and one where a function has migrations', () => {
    const migrates = app.node.findAll().some((construct) => construct instanceof FunctionMigration);
    const stacks = synthesizedStacks<{ Resources: Record<string, { Type: string }> }>(app);
    const types = stacks.flatMap(({ template }) => Object.values(template.Resources)).map(({ Type }) => Type);
    expect(types.filter((type) => /^Custom::|CustomResource/.test(type)).sort()).toEqual([...migrates ? ['Custom::Trigger'] : [], 'Custom::VpcRestrictDefaultSG']);
  });
});
