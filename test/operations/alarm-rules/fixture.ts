// The alarms and widgets of a stack, in short.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { OperationsDashboard, StandardAlarms, StandardAlarmsProps } from '../../../src';

type Properties = Record<string, any>;

/** Alarms of everything in a stack: what is measured, of what, on which side of what, how often. */
export function alarmsIn(stack: Stack, props: StandardAlarmsProps = {}): string[] {
  new StandardAlarms(stack, 'Alarms', props).monitor(stack);
  return inShort(stack);
}

/** Those that a stack has. */
export function inShort(stack: Stack): string[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties: properties }) => short(properties));
}

function short(properties: Properties): string {
  const { Threshold, ComparisonOperator, DatapointsToAlarm, EvaluationPeriods, TreatMissingData, Metrics } = properties;
  const parts: Properties[] = Metrics?.filter(({ MetricStat }: Properties) => MetricStat) ?? [];
  const seconds = properties.Period ?? parts[0].MetricStat.Period;
  const expression = Metrics?.find(({ Expression }: Properties) => Expression)?.Expression;
  const measure = expression ?? nameOf(properties, properties.Statistic ?? properties.ExtendedStatistic);
  const measured = parts.map(({ Id, MetricStat: { Metric, Stat } }) => `${Id}: ${nameOf(Metric, Stat)}`);
  return [
    `${[measure, ...measured].join(', ')} ${ComparisonOperator.replace('Threshold', '')} ${Threshold}`,
    `${DatapointsToAlarm} of ${EvaluationPeriods} x ${seconds} s`, TreatMissingData,
  ].join('; ');
}

function nameOf({ Namespace, MetricName, Dimensions }: Properties, statistic: string): string {
  const known = (value: any): string => {
    if (typeof value === 'string') return value;
    if (value['Fn::Join']) return value['Fn::Join'][1].map(known).join('');
    return (value.Ref ?? value['Fn::GetAtt'][0]).replace(/[0-9A-F]{8}$/, '');
  };
  const dimensions = (Dimensions ?? []).map(({ Name, Value }: Properties) => `${Name}=${known(Value)}`);
  return `${Namespace} ${MetricName} ${statistic} of ${dimensions.join(' ')}`;
}

/** Graphs of a dashboard over everything in a stack, each by its title and its metrics. */
export function graphsIn(stack: Stack): string[] {
  new OperationsDashboard(stack, 'Dashboard').show(stack);
  const [{ Properties: { DashboardBody: body } }] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const parts: unknown[] = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'token')).join('');
  return JSON.parse(text).widgets.filter(({ type }: Properties) => type === 'metric').map(({ properties }: Properties) => {
    // those an expression is made of are not shown themselves
    const shown = properties.metrics.map((line: any[]) => [line, line[line.length - 1]]).filter(([, options]: any[]) => options.visible !== false);
    return `${properties.title} (${properties.region}): ${shown.map(([line, { expression }]: any[]) => expression ?? line[1]).join(', ')}`;
  });
}
