// The benchmark compares like with like: what is written by hand is the same system, and the library's promise of brevity holds.
import { linesOfCode } from '../bench/code-size';
import { acceptedDifferences, pairs, strayTwins, templatesOf } from '../bench/pairs';
import { countDifferences, dashboardTitles, propertyDifferences, resourceCounts } from '../bench/resource-lists';

test('something is compared', () => {
  expect(pairs('ts')).not.toEqual([]);
  expect(pairs('py')).not.toEqual([]);
});

test('every program written by hand is the twin of an example', () => {
  expect(strayTwins()).toEqual([]);
});

describe.each(pairs('ts').map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
  const [ours, theirs] = [pair.ours, pair.theirs].map((file) => templatesOf(pair, file).map(({ template }) => template));

  test('its twin has the same resources', () => {
    expect(countDifferences(ours, theirs)).toEqual([]);
  });

  test('its twin differs in the properties that are listed with a reason, and in no other', () => {
    expect(propertyDifferences(ours, theirs)).toEqual(Object.values(acceptedDifferences(pair)).flat().sort());
  });

  test('its twin shows the same graphs', () => {
    expect(dashboardTitles(theirs)).not.toEqual([]);
    expect(dashboardTitles(ours)).toEqual(dashboardTitles(theirs));
  });

  test('it has at most one helper function', () => {
    expect(resourceCounts(ours).get('AWS::Lambda::Function') ?? 0).toBeLessThanOrEqual(1);
  });
});

describe.each([...pairs('ts'), ...pairs('py')].map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
  test('it has at most a fifth of the lines', () => {
    expect(linesOfCode(pair.ours)).toBeLessThanOrEqual(linesOfCode(pair.theirs) / 5);
  });
});
