import { Duration } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { Deployment } from '../../src';
import { checkProgress } from '../../src/compute/deployment-rules';

const minutes = fc.integer({ min: 0, max: 1440 });
const outcome = (make: () => unknown): string => {
  try {
    make();
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};

test('every share in steps of 0.1 is taken', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1000 }), (tenths) => {
    const percent = tenths / 10;
    expect(Deployment.canary({ percent })._shift!.step!.stepPercent).toBe(percent);
    expect(outcome(() => Deployment.linear({ percent, interval: Duration.minutes(0) }))).toMatch(tenths >= 30 ? /^taken$/ : /^'percent' must be 3 to 100/);
  }));
});

test('every other share is refused with the one message', () => {
  const others = fc.double({ min: -1000, max: 1000 }).filter((percent) => !(percent >= 0.1 && percent <= 100 && (percent * 10) % 1 === 0));
  fc.assert(fc.property(others, (percent) => {
    expect(outcome(() => Deployment.canary({ percent }))).toBe(`'percent' must be 0.1 to 100 in steps of 0.1, got ${percent}: choose a share of the traffic that ECS knows`);
  }));
});

test('a linear deployment is refused exactly when its shifts, played through, wait longer than CloudFormation does', () => {
  fc.assert(fc.property(fc.integer({ min: 30, max: 1000 }), minutes, minutes, (tenths, interval, bakeTime) => {
    let waited = bakeTime;
    // no wait after the shift that reaches 100 percent
    for (let shifted = tenths; shifted < 1000; shifted += tenths) waited += interval;
    const times = { interval: Duration.minutes(interval), bakeTime: Duration.minutes(bakeTime) };
    const result = outcome(() => Deployment.linear({ percent: tenths / 10, ...times }));
    expect(result === 'taken').toBe(waited <= 33 * 60);
    if (result !== 'taken') expect(result).toContain(`must make at most 1980 minutes together, got ${waited} (`);
  }), { numRuns: 500 });
});

/** Whether ECS comes to the end of a rolling deployment: it stops and starts what the percents let it, until all tasks are new. */
function ends(tasks: number, minPercent: number, maxPercent: number): boolean {
  let [old, fresh] = [tasks, 0];
  while (old > 0 || fresh < tasks) {
    if (fresh < tasks && (old + fresh + 1) * 100 <= tasks * maxPercent) fresh += 1;
    else if (old > 0 && (old + fresh - 1) * 100 >= tasks * minPercent) old -= 1;
    else return false;
  }
  return true;
}

test('a rolling deployment is refused exactly when, played through, it hangs at a number of tasks that the service may have; what the error advises ends', () => {
  const numbers = fc.record({
    min: fc.nat({ max: 100 }), max: fc.integer({ min: 101, max: 200 }), minTasks: fc.nat({ max: 12 }), more: fc.nat({ max: 30 }),
  });
  fc.assert(fc.property(numbers, ({ min, max, minTasks, more }) => {
    const maxTasks = minTasks + more;
    const counts = Array.from({ length: maxTasks + 1 }, (_, tasks) => tasks).filter((tasks) => tasks >= Math.max(1, minTasks));
    const result = outcome(() => checkProgress('it', Deployment.rolling({ minHealthyPercent: min, maxHealthyPercent: max }), { minTasks, maxTasks }));
    const hanging = counts.filter((tasks) => !ends(tasks, min, max));
    expect(result === 'taken').toBe(hanging.length === 0);
    if (result === 'taken') return;
    const [, at, lower, higher] = /% at (\d+): .*'minHealthyPercent' to (\d+) or raise 'maxHealthyPercent' to (\d+)$/.exec(result)!.map(Number);
    expect(at).toBe(hanging[0]);
    expect(counts.filter((tasks) => !ends(tasks, lower, max) || !ends(tasks, min, higher))).toEqual([]);
    // no more than is needed
    expect(ends(at, lower + 1, max) || ends(at, min, higher - 1)).toBe(false);
  }), { numRuns: 2000 });
});

test('times are whole minutes of a day, or refused with the message', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 200_000 }), (seconds) => {
    const result = outcome(() => Deployment.blueGreen({ bakeTime: Duration.seconds(seconds) }));
    expect(result).toMatch(seconds % 60 === 0 && seconds <= 86_400 ? /^taken$/ : /^'bakeTime' must be 0 to 1440 whole minutes, got [\d.]+: /);
  }));
});
