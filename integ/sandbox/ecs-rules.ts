// Rules of ECS and its load balancers that are arithmetic.

/**
 * Failed tasks after which the circuit breaker gives up: half of the desired count, at least 3, at most 200.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function failureThreshold(desired: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desired * 0.5)));
}

/** Whether a status is among those of a matcher: `200`, `200,301`, `200-299`. */
export function isWanted(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from <= status && status <= to;
  });
}
