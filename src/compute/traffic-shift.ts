// [internal] A shift of traffic from one version to the next, and its bounds as ECS and CloudFormation have them.
import { Duration, Token } from 'aws-cdk-lib';
import { IPeer } from 'aws-cdk-lib/aws-ec2';
import { DeploymentHookOptions } from './deployment-options';
import { checkTokenUnit } from '../private/validate';

const DAY = 24 * 60;
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-linearconfiguration.html */
const MOST_MINUTES = 33 * 60;

/** A shift, options resolved. */
export interface TrafficShift {
  readonly bakeTime: Duration;
  readonly testPort?: number;
  readonly testPeers?: IPeer[];
  readonly hooks: DeploymentHookOptions[];
  /** The steps of canary and linear deployments. */
  readonly step?: { readonly stepPercent: number; readonly stepBakeTime: Duration };
}

/**
 * Fail unless ECS knows a share of traffic.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html and API_LinearConfiguration.html
 */
export function checkPercent(percent: number, min: number): void {
  if (Token.isUnresolved(percent)) return;
  if (!Number.isInteger(percent * 10) || percent < min || percent > 100) {
    throw new Error(`'percent' must be ${min} to 100 in steps of 0.1, got ${percent}: choose a share of the traffic that ECS knows`);
  }
}

/** Fail unless a time is one that ECS waits. */
export function checkMinutes(prop: string, time: Duration): void {
  checkTokenUnit(prop, time, 'minutes');
  if (time.isUnresolved()) return;
  const minutes = time.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < 0 || minutes > DAY) {
    throw new Error(`'${prop}' must be 0 to ${DAY} whole minutes, got ${minutes}: ECS waits no longer, and no fractions, so choose such a time`);
  }
}

/** Waits of a linear deployment as CloudFormation counts them: none after the last shift, and none known of a share that is not. */
export function stepsOf(percent: number): number {
  if (Token.isUnresolved(percent)) return 0;
  const tenths = Math.round(percent * 10);
  return 1000 % tenths === 0 ? 1000 / tenths - 1 : Math.floor(1000 / tenths);
}

/** Fail if CloudFormation would refuse to wait so long, once what it does not count is added. */
export function checkTotal(bakeTime: Duration, interval: Duration, steps: number): void {
  if (bakeTime.isUnresolved() || interval.isUnresolved()) return;
  const total = bakeTime.toMinutes() + interval.toMinutes() * steps;
  if (total > MOST_MINUTES) {
    throw new Error(`'bakeTime' and 'interval' must make at most ${MOST_MINUTES} minutes together, got ${total} (${steps} intervals): `
      + 'CloudFormation refuses longer deployments, so shorten one of them');
  }
}

/** Fail on a hook that would never be asked. */
export function checkHooks(hooks: DeploymentHookOptions[]): void {
  if (hooks.some(({ stages }) => stages.length === 0)) {
    throw new Error("'stages' of a deployment hook must not be empty: name a stage at which it is asked");
  }
}
