import { CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { identifierBase, instanceIdentifier } from '../../src/data/instance-identifier';
import { testApp } from '../harness';

const GUID = '51af3dc0-da77-11e4-872e-1234567db123';

/** What CloudFormation makes of a name in a stack of this GUID. */
function deployed(stack: Stack, name: string, guid = GUID): string {
  const rendered = JSON.stringify(stack.resolve(name));
  const join = JSON.parse(rendered.replace('{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"AWS::StackId"}]}]}', JSON.stringify(guid)));
  return join['Fn::Join'][1].join('');
}

/** The identifier of an instance that stands for itself under a path. */
function identifierUnder(stack: Stack, path: string[], generation = 1): { name: string; resource: CfnResource } {
  const scope = path.reduce<Construct>((parent, id) => new Construct(parent, id), stack);
  const resource = new CfnResource(scope, 'Resource', { type: 'AWS::RDS::DBInstance' });
  return { name: instanceIdentifier(identifierBase(scope, () => resource), generation), resource };
}

const segment = fc.stringMatching(/^[A-Za-z0-9 _.äß€-]{1,80}$/).map((text) => `Id${text}`);

describe('the identifier of an instance', () => {
  test('is legal for RDS whatever the path, the GUID and the generation', () => {
    const paths = fc.array(segment, { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(paths, fc.uuid(), fc.integer({ min: 1, max: 999 }), (path, guid, generation) => {
      const stack = new Stack(testApp(), 'Stack');
      const identifier = deployed(stack, identifierUnder(stack, path, generation).name, guid);
      expect(identifier).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
      expect(identifier).not.toContain('--');
      expect(identifier.length).toBeLessThanOrEqual(63);
    }), { numRuns: 200 });
  });

  test('differs between databases, and between generations', () => {
    const stack = new Stack(testApp(), 'Stack');
    const one = deployed(stack, identifierUnder(stack, ['One']).name);
    expect(one).toMatch(new RegExp(`^db-${GUID}-[0-9a-f]{8}$`));
    expect(deployed(stack, identifierUnder(stack, ['Other']).name)).not.toBe(one);
    expect(deployed(stack, identifierUnder(stack, ['Third'], 2).name)).toMatch(/-[0-9a-f]{8}-2$/);
  });

  test('stays when the construct moves and the logical id is kept', () => {
    const [before, after] = [new Stack(testApp(), 'Before'), new Stack(testApp(), 'After')];
    const old = identifierUnder(before, ['Database']);
    const moved = identifierUnder(after, ['Data', 'Database']);
    expect(deployed(after, moved.name)).not.toBe(deployed(before, old.name));
    moved.resource.overrideLogicalId(before.resolve(old.resource.logicalId));
    expect(deployed(after, moved.name)).toBe(deployed(before, old.name));
  });

  test('stays when the stack gets another id', () => {
    const [before, after] = [new Stack(testApp(), 'Before'), new Stack(testApp(), 'After')];
    expect(deployed(after, identifierUnder(after, ['Database']).name)).toBe(deployed(before, identifierUnder(before, ['Database']).name));
  });

  test('takes the GUID of a nested stack where it stands in one', () => {
    const nested = new NestedStack(new Stack(testApp(), 'Stack'), 'Nested');
    expect(deployed(nested, identifierUnder(nested, ['Database']).name)).toMatch(new RegExp(`^db-${GUID}-[0-9a-f]{8}$`));
  });
});
