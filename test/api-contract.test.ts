// The API is the product: what jsii leaves open (it refuses getX() and structs with methods by itself) is held here. The rules look at the jsii assembly, which is what Python and Java see too: `projen compile` makes it, and `npm test` begins with that.
import * as fs from 'fs';
import * as path from 'path';
import { assembly, Callable, fqnsOf, IFoo, isConstruct, isStruct, Member, ownTypes, primitivesOf, Property, Type } from './assembly';
import * as patternbook from '../src';

const types = ownTypes();
const structs = types.filter(isStruct);
const classes = types.filter(({ kind }) => kind === 'class');
const constructs = classes.filter(isConstruct);
const memberName = (type: Type, member: Member): string => `${type.name}.${member.name}`;
const membersOf = (type: Type): Member[] => [...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []];
const props = structs.flatMap((type) => (type.properties ?? []).map((prop) => ({ ...prop, path: memberName(type, prop) })));
/** Everything that takes or gives back values. */
const callables = types.flatMap((type): Array<Callable & { path: string }> => [
  ...(type.methods ?? []).map((method) => ({ ...method, path: memberName(type, method) })),
  ...(type.initializer ? [{ ...type.initializer, name: 'constructor', path: `new ${type.name}` }] : []),
]);
const signatures = [
  ...types.flatMap((type) => (type.properties ?? []).map((property) => ({ path: memberName(type, property), types: [property.type] }))),
  ...callables.map(({ path: where, parameters = [], returns }) =>
    ({ path: where, types: [...parameters.map(({ type }) => type), ...(returns ? [returns.type] : [])] })),
];

test('the assembly is that of the sources as they are', () => {
  const sources = fs.readdirSync(path.join(__dirname, '..', 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const newest = Math.max(...sources.map((file) => fs.statSync(path.join(__dirname, '..', 'src', file)).mtimeMs));
  // jsii writes after it has read; a source changed since then means that the rules below judge what is gone: compile again
  expect(fs.statSync(assembly).mtimeMs).toBeGreaterThan(newest);
});

test('what is exported', () => {
  expect(Object.keys(patternbook).sort()).toMatchSnapshot();
});

describe('documentation', () => {
  const documented = types.flatMap((type) =>
    [[type.name, type.docs] as const, ...membersOf(type).map((member) => [memberName(type, member), member.docs] as const)]);

  test('every public type and member has a first sentence', () => {
    expect(documented.filter(([, docs]) => !docs?.summary || docs.summary.length < 8).map(([name]) => name)).toEqual([]);
  });

  test('every first sentence is one: it ends with a period', () => {
    expect(documented.filter(([, docs]) => !/[.:`)]$/.test(docs?.summary ?? '')).map(([name, docs]) => `${name}: ${docs?.summary}`)).toEqual([]);
  });

  test('sources are addresses and nothing else, so that they are links', () => {
    expect(documented.filter(([, docs]) => docs?.see !== undefined && !/^https:\/\/\S+$/.test(docs.see)).map(([name, docs]) => `${name}: ${docs?.see}`)).toEqual([]);
  });

  test('no doc leaves something to be done', () => {
    expect(documented.filter(([, docs]) => /\b(TODO|FIXME|XXX|TBD)\b/.test(JSON.stringify(docs ?? {}))).map(([name]) => name)).toEqual([]);
  });

  test('every optional prop says its default: a literal, or "- " and what happens', () => {
    const literal = /^(-?[\d_]+|true|false|'[^']*'|\[.*\]|(?:[a-z]\w*\.)?[A-Z]\w*\.[\w.]+(\(.*\))?)$/;
    const behaviour = /^- \S/;
    const wrong = props.filter(({ optional, docs }) => optional && !literal.test(docs?.default ?? '') && !behaviour.test(docs?.default ?? ''));
    expect(wrong.map(({ path: where, docs }) => `${where}: ${docs?.default}`)).toEqual([]);
  });

  test('no default is "undefined", nor says nothing', () => {
    expect(props.filter(({ docs }) => /^-?\s*(undefined|null|none|n\/a)?\.?$/i.test(docs?.default ?? 'given')).map(({ path: where }) => where)).toEqual([]);
  });

  test('required props have no default', () => {
    expect(props.filter(({ optional, docs }) => !optional && docs?.default !== undefined).map(({ path: where }) => where)).toEqual([]);
  });

  test('every number, duration and size that is passed in says its bounds', () => {
    const bounds = /\d[\d,]*( \w+)?( \([\w ]+\))? (?:to|or) [\d`a]|at (?:least|most) [\da]|up to \d|\d or more/;
    const measured = /^aws-cdk-lib\.(Duration|Size)$/;
    const numbers = props.filter(({ type }) => primitivesOf(type).includes('number') || fqnsOf(type).some((fqn) => measured.test(fqn)));
    expect(numbers.filter(({ docs }) => !bounds.test(`${docs?.summary} ${docs?.remarks}`)).map(({ path: where, docs }) => `${where}: ${docs?.summary}`)).toEqual([]);
  });
});

describe('types', () => {
  test('nothing is `any` or loose JSON', () => {
    expect(signatures.filter(({ types: used }) => used.some((type) => primitivesOf(type).some((name) => name === 'any' || name === 'json'))).map(({ path: where }) => where)).toEqual([]);
  });

  test('nothing is a union: other languages see those as any', () => {
    expect(signatures.filter(({ types: used }) => JSON.stringify(used).includes('"union"')).map(({ path: where }) => where)).toEqual([]);
  });

  test('no L1 type is named', () => {
    expect(signatures.flatMap(({ path: where, types: used }) => used.flatMap(fqnsOf).filter((fqn) => /\.Cfn[A-Z]\w*$/.test(fqn)).map((fqn) => `${where}: ${fqn}`))).toEqual([]);
  });

  test('time and size are Duration and Size, never a number of something', () => {
    const unit = /(seconds|minutes|hours|days|millis|bytes|mib|gib|mb|gb)$/i;
    expect(signatures.filter(({ path: where, types: used }) => unit.test(where) && used.some((type) => primitivesOf(type).includes('number')))
      .map(({ path: where }) => where)
      // values whose factory is named after their unit, as CDK's own Duration.seconds() is
      .filter((where) => !/^AlarmThreshold\.(seconds|gibibytes)$/.test(where))).toEqual([]);
  });

  test('props take interfaces of what others may have made, so that imported things pass', () => {
    const concrete = /^aws-cdk-lib\.aws_(ec2\.(Vpc|SecurityGroup)|kms\.Key|sns\.Topic|secretsmanager\.Secret|ecs\.Cluster|ecr\.Repository|route53\.HostedZone|certificatemanager\.Certificate)$/;
    expect(props.flatMap(({ path: where, type }) => fqnsOf(type).filter((fqn) => concrete.test(fqn)).map((fqn) => `${where}: ${fqn}`))).toEqual([]);
  });
});

describe('shape', () => {
  const withInherited = (struct: Type): Property[] => [
    ...struct.properties ?? [], ...(struct.interfaces ?? []).flatMap((fqn) => structs.filter((base) => base.fqn === fqn)).flatMap(withInherited),
  ];

  test('every construct is made by (scope, id, props), the props optional only when all of them are', () => {
    const shapes = constructs.filter(({ abstract, initializer }) => !abstract && initializer).map((type) => {
      const [scope, id, given, ...more] = type.initializer!.parameters ?? [];
      const struct = structs.find(({ fqn }) => fqn === fqnsOf(given?.type)[0]);
      const allOptional = struct !== undefined && withInherited(struct).every(({ optional }) => optional);
      const right = scope?.name === 'scope' && fqnsOf(scope.type)[0] === 'constructs.Construct'
        && id?.name === 'id' && primitivesOf(id.type)[0] === 'string'
        && (given === undefined || (given.name === 'props' && struct !== undefined && (given.optional ?? false) === allOptional))
        && more.length === 0;
      return right ? [] : [`${type.name}(${(type.initializer!.parameters ?? []).map(({ name, optional }) => name + (optional ? '?' : '')).join(', ')})`];
    });
    expect(shapes.flat()).toEqual([]);
  });

  test('a construct\'s props are named after it, or are options that an app shares', () => {
    const names = constructs.flatMap(({ name, abstract, initializer }) =>
      (abstract ? [] : (initializer?.parameters ?? []).slice(2).flatMap(({ type }) => fqnsOf(type)).map((fqn) => [name, fqn.split('.').pop()!] as const)));
    expect(names.filter(([name, struct]) => struct !== `${name}Props` && struct !== `${name}Options`)).toEqual([]);
  });

  test('structs say by their name what they are for', () => {
    expect(structs.map(({ name }) => name).filter((name) => !/(Props|Options|Attributes|Settings|Thresholds|Conditions|Scaling)$/.test(name))).toEqual([]);
  });

  test('addX returns what it adds, never the thing it was added to', () => {
    const adders = types.flatMap((type) => (type.methods ?? []).filter(({ name, static: isStatic }) => /^add[A-Z]/.test(name) && !isStatic)
      .map((method) => ({ where: memberName(type, method), self: type.fqn, returned: method.returns ? fqnsOf(method.returns.type)[0] : undefined })));
    // an environment variable or a metric is no thing of its own to give back, and an API that is given is there already
    const gives = adders.filter(({ where }) => !/\.(addEnvironment|addSecret|addMetrics|addRestApi|addWebSocketApi)$/.test(where));
    expect(gives.filter(({ self, returned }) => returned === undefined || returned === self).map(({ where }) => where)).toEqual([]);
  });

  test('grantX returns the CDK\'s Grant', () => {
    const grants = callables.filter(({ name }) => /^grant[A-Z]/.test(name));
    expect(grants.map(({ returns }) => returns && fqnsOf(returns.type)[0])).toEqual(grants.map(() => 'aws-cdk-lib.aws_iam.Grant'));
  });

  test('fromX gives an interface or a value, so that what it returns is used as any other', () => {
    const imports = callables.filter(({ name, static: isStatic }) => isStatic && /^from[A-Z]/.test(name));
    const returned = imports.map(({ path: where, returns }) => [where, fqnsOf(returns!.type)[0]] as const);
    expect(returned.filter(([, fqn]) => !IFoo.test(fqn.split('.').pop()!) && constructs.some((type) => type.fqn === fqn))).toEqual([]);
  });
});
