import { failureThreshold, isWanted } from '../../integ/sandbox/ecs-rules';

test.each([[0, 3], [1, 3], [2, 3], [6, 3], [7, 4], [100, 50], [400, 200], [1000, 200]])(
  'with %i tasks the circuit breaker gives up after %i failures', (desired, failures) => {
    expect(failureThreshold(desired)).toBe(failures);
  });

test.each([
  ['200', 200, true], ['200', 201, false], ['200-299', 204, true], ['200-299', 300, false], ['200,301', 301, true], ['200,301-302', 303, false],
])('the matcher %s takes status %i: %s', (matcher, status, expected) => {
  expect(isWanted(matcher, status)).toBe(expected);
});
