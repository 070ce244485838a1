// What the resources of synthesized templates cost in a month at list price, and how that compares with the reference architecture.
import { Bill, CostLine, UsageAssumptions } from './bill';
import { RULES, sharedUsage } from './cost-rules';
import { BY_USE, isFree, SHARED_TYPES } from './free-types';
import { Price } from './prices';
import { resourcesOf, Template } from './template';

/** Usage where nothing else is assumed. */
export const DEFAULT_USAGE: Required<UsageAssumptions> = {
  transferOutGb: 10,
  imageGb: 5,
  logGb: 5,
  natGb: 5,
  endpointGb: 5,
  flowLogGb: 1,
  monitoringGb: 0.2,
  bucketGb: 1,
  fileGb: 1,
  fileTrafficGb: 1,
  requestMillions: 1,
  emails: 50,
  queueRequestMillions: 1,
  runs: 50,
  taskMinutes: 5,
};

/** A type that is not in the total. */
export interface NotPriced {
  /** CloudFormation type. */
  readonly type: string;
  /** How many resources. */
  readonly count: number;
  /** Why not. */
  readonly why: string;
}

/** An estimate. */
export interface MonthlyCost {
  /** What is paid, the parts of the bill together. */
  readonly lines: readonly CostLine[];
  /** What may be paid besides. */
  readonly notPriced: readonly NotPriced[];
  /** US dollars a month: the sum of the lines. */
  readonly total: number;
}

/** Estimate the cost of the resources of some templates, such as those of all stacks of an app. */
export function estimateMonthlyCost(templates: readonly Template[], usage: UsageAssumptions = {}): MonthlyCost {
  const resources = resourcesOf(templates);
  const lines = new Map<string, CostLine>();
  const skipped = new Map<string, NotPriced>();
  const bill: Bill = {
    usage: { ...DEFAULT_USAGE, ...usage },
    resources,
    add(group: string, what: string, quantity: number, price: Price, note = price.note): void {
      if (quantity === 0) return;
      const key = JSON.stringify([group, what, price.usd, note]);
      const all = (lines.get(key)?.quantity ?? 0) + quantity;
      const { unit, usd, source, verified } = price;
      lines.set(key, { group, what, quantity: all, unit, unitPrice: usd, monthly: all * usd, note, source, verified });
    },
    skip(type: string, why: string): void {
      const key = JSON.stringify([type, why]);
      skipped.set(key, { type, why, count: (skipped.get(key)?.count ?? 0) + 1 });
    },
  };
  for (const resource of resources) {
    const { type } = resource;
    if (RULES[type]) RULES[type](resource, bill);
    else if (!isFree(type) && !SHARED_TYPES.has(type)) bill.skip(type, BY_USE[type] ?? 'no price in the table');
  }
  sharedUsage(bill);
  const groups = [...new Set([...lines.values()].map(({ group }) => group))];
  const sorted = [...lines.values()].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  return { lines: sorted, notPriced: [...skipped.values()], total: sumOf(sorted) };
}

/** The bill of the reference architecture: its own lines, with what makes ours differ. */
const REFERENCE: ReadonlyArray<{ readonly group: string; readonly document: number; readonly why: string }> = [
  { group: 'Fargate', document: 30, why: 'list price of the tasks that run; two at all hours are 36.04' },
  { group: 'RDS', document: 30, why: 'list price of instance, standby and storage' },
  { group: 'ALB', document: 16, why: 'list price, and capacity units for the traffic' },
  { group: 'NAT', document: 32, why: 'list price, and the data that goes through' },
  { group: 'Data transfer', document: 1, why: 'list price' },
  { group: 'ECR', document: 0.5, why: 'list price' },
  { group: 'CloudWatch Logs', document: 2.5, why: 'storage and the logs of AWS services are counted too' },
  { group: 'Secrets Manager', document: 0.4, why: 'one secret there; each secret is counted here' },
];

/** One part of the bill, theirs beside ours. */
export interface ReferenceRow {
  /** Part of the bill. */
  readonly group: string;
  /** US dollars a month in the reference architecture; 0 where it does not count the part. */
  readonly document: number;
  /** US dollars a month by the price table. */
  readonly estimate: number;
  /** Ours less theirs. */
  readonly difference: number;
  /** What makes them differ. */
  readonly why: string;
}

/** An estimate beside the bill of the reference architecture. */
export interface ReferenceComparison {
  /** Parts that the reference architecture counts. */
  readonly rows: readonly ReferenceRow[];
  /** Its total: 112.40. */
  readonly documentTotal: number;
  /** Ours for the same parts. */
  readonly estimateTotal: number;
  /** How far ours is from its total, percent. */
  readonly deviationPercent: number;
  /** Parts that it does not count. */
  readonly beyond: readonly ReferenceRow[];
}

/** Set an estimate beside the bill of the reference architecture, part by part. */
export function compareWithReference(cost: MonthlyCost): ReferenceComparison {
  const ours = (group: string): number => sumOf(cost.lines.filter((line) => line.group === group));
  const rows = REFERENCE.map(({ group, document, why }) => ({ group, document, estimate: ours(group), difference: ours(group) - document, why }));
  const known = REFERENCE.map(({ group }) => group);
  const others = [...new Set(cost.lines.map(({ group }) => group))].filter((group) => !known.includes(group));
  const beyond = others.map((group) => ({ group, document: 0, estimate: ours(group), difference: ours(group), why: 'not counted there' }));
  const documentTotal = REFERENCE.reduce((sum, { document }) => sum + document, 0);
  const estimateTotal = rows.reduce((sum, { estimate }) => sum + estimate, 0);
  return { rows, documentTotal, estimateTotal, deviationPercent: (estimateTotal / documentTotal - 1) * 100, beyond };
}

function sumOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { monthly }) => sum + monthly, 0);
}
