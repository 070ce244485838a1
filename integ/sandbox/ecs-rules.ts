// Rules of ECS and its load balancers that are arithmetic.

/**
 * Failed tasks after which the circuit breaker gives up: half of the desired count, at least 3, at most 200.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function failureThreshold(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired * 0.5)));
}

/** What a template says of a shift of traffic; numbers may come as text. */
export interface ShiftConfiguration {
  readonly Strategy?: string;
  readonly BakeTimeInMinutes?: number | string;
  readonly CanaryConfiguration?: { readonly CanaryPercent?: number | string; readonly CanaryBakeTimeInMinutes?: number | string };
  readonly LinearConfiguration?: { readonly StepPercent?: number | string; readonly StepBakeTimeInMinutes?: number | string };
}

/** Shares of the traffic that the new version gets, and the minutes after each; after the last that is the bake time. */
export interface ShiftStep {
  readonly percent: number;
  readonly minutes: number;
}

/**
 * The steps of a deployment.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CanaryConfiguration.html and API_LinearConfiguration.html
 */
export function shiftSteps(configuration: ShiftConfiguration): ShiftStep[] {
  const { Strategy, BakeTimeInMinutes = 0, CanaryConfiguration: canary = {}, LinearConfiguration: linear = {} } = configuration;
  const first = { CANARY: Number(canary.CanaryPercent ?? 5), LINEAR: Number(linear.StepPercent ?? 10) }[Strategy ?? ''] ?? 100;
  const minutes = Number(Strategy === 'CANARY' ? canary.CanaryBakeTimeInMinutes ?? 10 : linear.StepBakeTimeInMinutes ?? 6);
  const tenths = Math.round(first * 10);
  const count = Strategy === 'CANARY' ? Math.min(1, Math.ceil(1000 / tenths) - 1) : Math.ceil(1000 / tenths) - 1;
  const before = Array.from({ length: count }, (_, step) => ({ percent: (step + 1) * tenths / 10, minutes }));
  return [...before, { percent: 100, minutes: Number(BakeTimeInMinutes) }];
}

/** Weights of the new and the old target group for a share of the new one. A rule takes 0 to 999. */
export function weightsOf(percent: number): [newWeight: number, oldWeight: number] {
  if (percent <= 0) return [0, 100];
  if (percent >= 100) return [100, 0];
  const tenths = Math.round(percent * 10);
  return [tenths, 1000 - tenths];
}

/** Whether a status is among those of a matcher: `200`, `200,301`, `200-299`. */
export function isWanted(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from <= status && status <= to;
  });
}
