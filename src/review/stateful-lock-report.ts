// What a stateful lock says: the resource, the reason, and the way out.
import { PolicyViolatingResource, PolicyViolation } from 'aws-cdk-lib';
import { ChangedProperty, LockChange, weaker } from './stateful-lock-compare';
import { LockedStack } from './stateful-lock-file';
import { SynthesizedStack } from './stateful-lock-record';
import { CanonicalValue } from './stateful-lock-value';

/** Rules of the lock, as the report names them. */
export enum LockRule {
  /** A logical id has gone and another resource of its type has come. */
  RENAMED = 'Renamed',
  /** A property that replaces the resource changed. */
  REPLACED = 'Replaced',
  /** A resource has gone. */
  REMOVED = 'Removed',
  /** What kept the data on removal or replacement was weakened. */
  UNPROTECTED = 'Unprotected',
  /** A stack has another name. */
  STACK_RENAMED = 'StackRenamed',
  /** There is no lock. */
  MISSING = 'Missing',
  /** There is a file that is no lock. */
  UNREADABLE = 'Unreadable',
  /** A pipeline would have written the lock. */
  UPDATE_IN_CI = 'UpdateInCi',
  /** The lock does not have what the app has, or has what the app has not. */
  OUTDATED = 'Outdated',
  /** The lock was written. */
  UPDATED = 'Updated',
}

/** How much a finding weighs: `fatal` fails the synthesis and cannot be acknowledged, since the lock itself is where a change is accepted. */
type Severity = 'fatal' | 'warning' | 'info';

/** The command that accepts what is defined now. */
export function updateCommand(environment: string | undefined): string {
  return ['cdk synth', ...(environment === undefined ? [] : [`--context patternbook:environment=${environment}`]), '--context patternbook:update-lock=true'].join(' ');
}

/** A finding about one construct, which need not exist any more. */
export function violation(rule: LockRule, severity: Severity, resource: PolicyViolatingResource, description: string, fix?: string): PolicyViolation {
  return { ruleName: rule, severity, description, violatingResources: [resource], ...(fix === undefined ? {} : { fix }) };
}

/** A finding about a stack, or about the app. */
export function stackViolation(rule: LockRule, severity: Severity, constructPath: string, description: string, fix?: string): PolicyViolation {
  return violation(rule, severity, { constructPath, locations: [] }, description, fix);
}

/** What a change means, and what to do about it. */
export function changeViolation(change: LockChange, stack: SynthesizedStack): PolicyViolation {
  const accept = `If it is meant, see to the data first, then: ${updateCommand(stack.environment)}`;
  const of = `of stack '${stack.locked.stackName}'`;
  const found = (rule: LockRule, resource: PolicyViolatingResource, what: string, remedy: string): PolicyViolation =>
    violation(rule, 'fatal', resource, what, `${remedy}. ${accept}`);
  switch (change.kind) {
    case 'renamed': {
      const { before, id, newId } = change;
      return found(LockRule.RENAMED, resourceAt(stack, newId),
        `${before.type} ${id} ${of} was renamed, it was '${before.path}': CloudFormation makes a new one and ${fate(before.deletionPolicy, 'the old one')}`,
        `Keep its id by overrideLogicalId('${ownId(id)}'), or rename it back`);
    }
    case 'removed': {
      const { before, id } = change;
      return found(LockRule.REMOVED, { constructPath: before.path, resourceLogicalId: ownId(id), templatePath: stack.templatePath, locations: [] },
        `${before.type} ${id} ${of} is no longer defined: CloudFormation ${fate(before.deletionPolicy, 'it')}`,
        'Bring it back');
    }
    case 'replaced': {
      const { before, id, after, properties, certain } = change;
      return found(LockRule.REPLACED, resourceAt(stack, id, properties),
        `${after.type} ${id} ${of} ${certain ? 'would' : 'may'} be replaced: ${properties.map(changed).join(', ')}; CloudFormation then makes a new one and `
        + fate(weaker(before.updateReplacePolicy, after.updateReplacePolicy), 'the old one'),
        `Set ${properties.map(({ name }) => name).join(', ')} back`);
    }
    case 'unprotected': {
      const { before, after, id } = change;
      const weakened = ([['DeletionPolicy', 'deletionPolicy', 'removed'], ['UpdateReplacePolicy', 'updateReplacePolicy', 'replaced']] as const)
        .filter(([, name]) => weaker(before[name], after[name]) !== (before[name] ?? DELETE))
        .map(([label, name, verb]) => `${label} was ${before[name] ?? DELETE} and is ${after[name] ?? DELETE}, so when it is ${verb} CloudFormation ${fate(after[name], 'it')}`);
      return found(LockRule.UNPROTECTED, resourceAt(stack, id), `${after.type} ${id} ${of} is protected less: ${weakened.join('; ')}`, 'Set its removal policy back');
    }
  }
}

const DELETE = 'Delete';

/** The logical id within a nested stack. */
const ownId = (id: string): string | undefined => id.split('/').pop();

function resourceAt(stack: SynthesizedStack, id: string, properties: readonly ChangedProperty[] = []): PolicyViolatingResource {
  const { constructPath, logicalId, templatePath } = stack.places.get(id)!;
  return { constructPath, resourceLogicalId: logicalId, templatePath, locations: properties.map(({ name }) => `Properties/${name}`) };
}

/** What becomes of a resource under a policy. */
function fate(policy: string | undefined, which: string): string {
  if (policy === 'Snapshot') return `deletes ${which} after a last snapshot`;
  return policy === undefined || policy === DELETE ? `deletes ${which} with all it holds` : `leaves ${which} behind, outside of the stack`;
}

function changed({ name, before, after }: ChangedProperty): string {
  return `${name} was ${shown(before)} and is ${shown(after)}`;
}

const LONG = 120;

function shown(value: CanonicalValue | undefined): string {
  if (value === undefined) return 'not set';
  const text = JSON.stringify(value);
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}

/** A stack that has another name: everything in it is made anew, while the old one stays as it is. */
export function stackRenamedViolation(stack: SynthesizedStack, before: { path: string; stack: LockedStack }): PolicyViolation {
  return stackViolation(LockRule.STACK_RENAMED, 'fatal', stack.path,
    `stack '${before.stack.stackName}' (${before.path}) was renamed to '${stack.locked.stackName}' (${stack.path}): CloudFormation makes a new stack with everything in it new and empty, and leaves the old one as it is`,
    `Keep its name: { stackName: '${before.stack.stackName}' }. If it is meant: ${updateCommand(stack.environment)}`);
}
