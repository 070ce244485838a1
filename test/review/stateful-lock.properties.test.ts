// Over all examples and random changes: what cannot hurt is let pass, what replaces or loses is caught, and both say so of the right resource.
import * as path from 'path';
import * as fc from 'fast-check';
import { AlteredAssembly } from './stateful-lock-assembly';
import { exampleContext, exampleNames, loadExample, PROFILES } from '../../integ/example-app';
import { lockFiles, validationContext } from '../../integ/example-locks';
import { StatefulLock } from '../../src';
import { createOnlyOf, isStateful } from '../../src/review/stateful-lock-types';

const systems = exampleNames().flatMap((example) => PROFILES.map((profile) => ({ example, profile })));
const lockOf = (example: string): string => lockFiles(example).find((file) => path.basename(path.dirname(file)) === example)!;

const word = fc.stringMatching(/^[A-Z][A-Za-z0-9]{3,12}$/);
const shuffled = <Value>(values: readonly Value[]): fc.Arbitrary<Value[]> => fc.shuffledSubarray([...values], { minLength: values.length });

describe.each(systems)('$example in $profile', ({ example, profile }) => {
  const context = validationContext(loadExample(example, exampleContext(example, profile)));
  const lock = new StatefulLock({ lockFile: lockOf(example) });
  const rules = (change: (assembly: AlteredAssembly) => void): string[] =>
    lock.validate(AlteredAssembly.of(context, change)).violations.map(({ ruleName, violatingResources }) => `${ruleName} ${violatingResources[0].resourceLogicalId}`);
  let ids: string[] = [];
  let stateful: Array<{ id: string; type: string }> = [];
  AlteredAssembly.of(context, ({ resources }) => {
    ids = resources.map(([id]) => id);
    stateful = resources.filter(([, { Type }]) => isStateful(Type)).map(([id, { Type }]) => ({ id, type: Type }));
  });

  const harmless = fc.oneof(
    fc.record({ id: fc.constantFrom(...ids), key: word, value: fc.oneof(fc.string(), fc.integer(), fc.boolean()) })
      .map(({ id, key, value }) => (assembly: AlteredAssembly) => {
        if (!createOnlyOf(assembly.definition(id).Type).some((name) => name.split('/')[0] === key)) assembly.set(id, key, value);
      }),
    fc.constantFrom(...ids).map((id) => (assembly: AlteredAssembly) => assembly.set(id, 'Description', 'another')),
    fc.constantFrom(...ids).filter((id) => !createOnlyOf(stateful.find((one) => one.id === id)?.type ?? '').includes('Tags'))
      .map((id) => (assembly: AlteredAssembly) => assembly.set(id, 'Tags', [{ Key: 'team', Value: 'shop' }])),
    fc.constantFrom(...ids).map((id) => (assembly: AlteredAssembly) => {
      Object.assign(assembly.definition(id), { Metadata: { changed: true }, DependsOn: [] });
    }),
    fc.constantFrom(...stateful).map(({ id }) => (assembly: AlteredAssembly) => {
      Object.assign(assembly.definition(id), { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }),
    word.map((id) => (assembly: AlteredAssembly) => {
      assembly.templates[0].Resources[`${id}New`] = { Type: 'AWS::IAM::Role' };
    }),
    shuffled(ids).map((order) => (assembly: AlteredAssembly) => {
      for (const template of assembly.templates) {
        template.Resources = Object.fromEntries(order.filter((id) => id in template.Resources).map((id) => [id, template.Resources[id]]));
      }
    }),
  );

  test('changes that cannot hurt are let pass', () => {
    fc.assert(fc.property(fc.array(harmless, { minLength: 1, maxLength: 8 }), (changes) => {
      expect(rules((assembly) => changes.forEach((change) => change(assembly)))).toEqual([]);
    }), { numRuns: 40 });
  });

  const replacing = stateful.flatMap(({ id, type }) => createOnlyOf(type).map((property) => ({ id, property })));

  test('a change of any property that replaces is caught, whatever harmless ones come with it', () => {
    fc.assert(fc.property(fc.constantFrom(...replacing), word, fc.array(harmless, { maxLength: 3 }), ({ id, property }, value, changes) => {
      expect(rules((assembly) => {
        changes.forEach((change) => change(assembly));
        assembly.set(id, property, `${value}-other`);
      })).toEqual([`Replaced ${id}`]);
    }), { numRuns: 60 });
  });

  test('a rename of any stateful resource is caught', () => {
    fc.assert(fc.property(fc.constantFrom(...stateful), word, ({ id }, name) => {
      expect(rules((assembly) => assembly.rename(id, `${name}Renamed`))).toContain(`Renamed ${name}Renamed`);
    }), { numRuns: 30 });
  });

  test('a removal of any stateful resource is caught, and is no rename', () => {
    fc.assert(fc.property(fc.constantFrom(...stateful), ({ id }) => {
      expect(rules((assembly) => assembly.remove(id))).toEqual([`Removed ${id}`]);
    }), { numRuns: 30 });
  });

  test('a loss of any policy is caught', () => {
    const held = ['DeletionPolicy', 'UpdateReplacePolicy'].flatMap((attribute) => {
      const found: Array<{ id: string; attribute: string }> = [];
      AlteredAssembly.of(context, (assembly) => found.push(...stateful
        .filter(({ id }) => !['Delete', undefined].includes(assembly.definition(id)[attribute] as string | undefined)).map(({ id }) => ({ id, attribute }))));
      return found;
    });
    expect(held.length).toBeGreaterThan(0);
    for (const { id, attribute } of held) {
      expect(rules((assembly) => Object.assign(assembly.definition(id), { [attribute]: 'Delete' }))).toEqual([`Unprotected ${id}`]);
    }
  });
});
