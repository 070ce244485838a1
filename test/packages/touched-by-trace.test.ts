// What a conversation with the jsii runtime tells about the parts of the API that a program touched.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { PublicApi } from '../../integ/packages/public-api';
import { touchedByTrace } from '../../integ/packages/touched-by-trace';

const named = (...names: string[]): { name: string }[] => names.map((name) => ({ name }));
const types = [
  { name: 'Box', kind: 'class', base: 'cdk-patternbook.Thing', methods: named('open'), properties: named('size') },
  { name: 'Thing', kind: 'class', interfaces: ['cdk-patternbook.IThing'], properties: named('label') },
  { name: 'IThing', kind: 'interface', properties: named('label') },
  { name: 'BoxProps', kind: 'interface', datatype: true, interfaces: ['cdk-patternbook.ThingProps'], properties: named('depth', 'width') },
  { name: 'ThingProps', kind: 'interface', datatype: true, properties: named('colour') },
  { name: 'Level', kind: 'enum', members: named('LOW', 'HIGH') },
];

function touchedBy(...lines: string[]): string[] {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-')), '.jsii');
  fs.writeFileSync(file, JSON.stringify({ types: Object.fromEntries(types.map((type) => [`cdk-patternbook.${type.name}`, { fqn: `cdk-patternbook.${type.name}`, ...type }])) }));
  const api = new PublicApi(file);
  const touched = touchedByTrace(api, lines.join('\n'));
  expect([...touched].filter((name) => !api.everything.includes(name))).toEqual([]);
  return [...touched].sort();
}

test('props that are given count, also those of the struct they come from, and null is not given', () => {
  expect(touchedBy(
    '> {"fqn":"cdk-patternbook.Box","args":[{"$jsii.struct":{"fqn":"cdk-patternbook.BoxProps","data":{"depth":1,"width":null,"colour":"red"}}}],"api":"create"}',
  )).toEqual(['Box', 'BoxProps', 'BoxProps.depth', 'IThing', 'Thing', 'ThingProps', 'ThingProps.colour']);
});

test('a member counts for each type that declares it', () => {
  expect(touchedBy('> {"objref":{"$jsii.byref":"cdk-patternbook.Box@1"},"property":"label","api":"get"}')).toEqual(['IThing', 'IThing.label', 'Thing', 'Thing.label']);
});

test('an enum member counts where the program says it, not where it is told', () => {
  expect(touchedBy('> {"objref":{"$jsii.byref":"aws-cdk-lib.App@1"},"method":"x","args":[{"$jsii.enum":"cdk-patternbook.Level/LOW"}],"api":"invoke"}'))
    .toEqual(['Level', 'Level.LOW']);
  expect(touchedBy('< {"ok":{"result":{"$jsii.enum":"cdk-patternbook.Level/HIGH"}}}')).toEqual([]);
});

test('an interface counts as implemented by a class of the program\'s own, and its members where the library asks for them', () => {
  const own = '> {"fqn":"Object","args":[],"overrides":[],"interfaces":["cdk-patternbook.IThing"],"api":"create"}';
  expect(touchedBy(own, '< {"ok":{"$jsii.byref":"Object@7"}}')).toEqual(['IThing', 'implements IThing']);
  expect(touchedBy(own, '< {"ok":{"$jsii.byref":"Object@7"}}',
    '< {"callback":{"callbackid":"1","cookie":"label","get":{"objref":{"$jsii.byref":"Object@7"},"property":"label"}}}'))
    .toEqual(['IThing', 'IThing.label', 'implements IThing']);
});

test('a class of the library does not count as implementing its interfaces', () => {
  expect(touchedBy('> {"fqn":"cdk-patternbook.Box","args":[],"interfaces":["cdk-patternbook.IThing"],"api":"create"}', '< {"ok":{"$jsii.byref":"cdk-patternbook.Box@7"}}'))
    .not.toContain('implements IThing');
});

test('what else a runtime prints is passed over', () => {
  expect(touchedBy('[@jsii/kernel] create cdk-patternbook.Box', '> no json', '')).toEqual([]);
});
