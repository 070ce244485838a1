// [internal] How often one address may ask a web firewall.
import { Lazy } from 'aws-cdk-lib';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { FirewallRule } from './firewall-addresses';

/** A header that requests bear. */
export interface HeaderMark { readonly header: string; readonly value: string }

/** A limit of requests from one address; those that bear the mark, which may be told until synthesis, are not counted. */
export function rateRule(limit: number, countOnly: boolean, mark: () => HeaderMark | undefined): FirewallRule {
  const scopeDownStatement = Lazy.any({
    produce: () => {
      const told = mark();
      return told && { notStatement: { statement: bears(told) } };
    },
  });
  return {
    name: 'RequestRate',
    action: countOnly ? { count: {} } : { block: {} },
    statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300, scopeDownStatement } },
  };
}

function bears({ header, value }: HeaderMark): wafv2.CfnWebACL.StatementProperty {
  return {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { Name: header } },
      positionalConstraint: 'EXACTLY',
      searchString: value,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}
