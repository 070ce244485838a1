// What a real account would get from the templates: resources, alarms, cost.
import * as fs from 'fs';
import * as path from 'path';
import { referenceConfiguration } from './reference-configuration';
import { dim, line, table } from './screen';
import { compareWithReference, estimateMonthlyCost, MonthlyCost } from '../../src/review/monthly-cost';
import { HOURS_PER_MONTH, PRICE_REGION, PRICES_CHECKED } from '../../src/review/prices';
import { Template } from '../../src/review/template';
import { synthesizedStacks } from '../example-app';

/** What is worth naming of a template, in the words of the AWS console. */
const NAMES: Record<string, string> = {
  'AWS::EC2::VPC': 'VPC',
  'AWS::EC2::Subnet': 'subnets',
  'AWS::EC2::NatGateway': 'NAT gateways',
  'AWS::EC2::SecurityGroup': 'security groups',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load balancer',
  'AWS::ECS::Service': 'ECS service',
  'AWS::RDS::DBInstance': 'PostgreSQL instance',
  'AWS::SecretsManager::Secret': 'secrets',
  'AWS::KMS::Key': 'keys',
  'AWS::Logs::LogGroup': 'log groups',
  'AWS::CloudWatch::Alarm': 'alarms',
  'AWS::CloudWatch::Dashboard': 'dashboard',
  'AWS::ECR::Repository': 'image repository',
  'AWS::IAM::Role': 'roles',
};

interface Resource { readonly Type: string; readonly Properties?: Record<string, unknown> }

/** The templates of an assembly. */
export function templatesOf(folder: string): Template[] {
  return fs.readdirSync(folder).filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')) as Template);
}

/** What is made, in numbers; returns how many resources that are. */
export function showInventory(templates: readonly Template[]): number {
  const types = templates.flatMap((template) => Object.values((template.Resources ?? {}) as Record<string, Resource>)).map(({ Type }) => Type);
  const counted = Object.entries(NAMES)
    .map(([type, name]) => [types.filter((other) => other === type).length, name] as const)
    .filter(([count]) => count > 0);
  line(`${types.length} resources: ${counted.map(([count, name]) => `${count} ${name}`).join(', ')}`);
  return types.length;
}

/** Each alarm in a line: what it means, and when it fires. */
export function showAlarms(templates: readonly Template[]): void {
  const alarms = templates.flatMap((template) => Object.values((template.Resources ?? {}) as Record<string, Resource>))
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  table(alarms.map(({ Properties = {} }) => {
    const words = wordsOf(Properties.AlarmDescription).split('\n');
    const fires = words.find((text) => text.startsWith('Fires: ')) ?? '';
    return [`• ${words[0].split(/[,:.]/)[0]}`, dim(fires.replace('Fires: ', '').replace(/\.$/, ''))];
  }));
}

/** The words of a value that CloudFormation will join. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [, parts] = ((value as { 'Fn::Join'?: [string, unknown[]] })?.['Fn::Join'] ?? ['', []]);
  return parts.map((part) => (typeof part === 'string' ? part : '…')).join('');
}

/** Each line of the bill, the dearest first, with the page of its price. */
export function showCost(cost: MonthlyCost): void {
  const lines = [...cost.lines].sort((a, b) => b.monthly - a.monthly);
  const worthNaming = lines.filter(({ monthly }) => monthly >= 0.05);
  const rest = lines.filter(({ monthly }) => monthly < 0.05);
  const amount = (quantity: number): string => quantity.toFixed(quantity % 1 === 0 ? 0 : 2);
  table([
    ...worthNaming.map(({ group, what, quantity, unit, unitPrice, monthly, source, verified }) => [
      group, what, `${amount(quantity)} ${unit} × $${unitPrice}${verified ? '' : ' *'}`, `$${monthly.toFixed(2)}`, dim(source.replace(/^https:\/\/|\/$/g, '')),
    ]),
    ['', `${rest.length} smaller amounts`, '', `$${rest.reduce((sum, { monthly }) => sum + monthly, 0).toFixed(2)}`, ''],
    ['total', '', '', `$${cost.total.toFixed(2)}`, dim(`a month, list prices of ${PRICE_REGION} of ${PRICES_CHECKED}, ${HOURS_PER_MONTH} hours`)],
  ]);
  if (lines.some(({ verified }) => !verified)) line(dim(`* known before, and not found again on ${PRICES_CHECKED}: compare it with the page before you rely on it`));
  if (cost.notPriced.length > 0) line(dim(`not in the total: ${cost.notPriced.map(({ type, count, why }) => `${count} ${type} (${why})`).join('; ')}`));
}

/** The reference architecture's own configuration, priced by the same table. */
export function showReference(): void {
  const comparison = compareWithReference(estimateMonthlyCost(synthesizedStacks<Template>(referenceConfiguration()).map(({ template }) => template)));
  line('The reference architecture states its own bill. Its configuration (one NAT gateway, db.t3.micro, off-hours schedule) by the same price table:');
  const money = (amount: number): string => `$${amount.toFixed(2)}`;
  table([
    ['', 'stated', 'here', 'what differs'],
    ...comparison.rows.map(({ group, document, estimate, why }) => [group, money(document), money(estimate), why]),
    ['total', money(comparison.documentTotal), money(comparison.estimateTotal), `${comparison.deviationPercent.toFixed(1)} % from what it states`],
  ]);
  line(dim(`besides, not counted there: ${comparison.beyond.map(({ group, estimate }) => `${group} ${money(estimate)}`).join(', ')}`));
}
