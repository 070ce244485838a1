// The stateful resources of synthesized stacks, as a lock records them.
import * as fs from 'fs';
import * as path from 'path';
import { CfnResource, IPolicyValidationContext, NestedStack, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Lock, LockedResource, LockedStack, stacksIn, withStacks } from './stateful-lock-file';
import { createOnlyOf, isStateful } from './stateful-lock-types';
import { CanonicalValue, canonicalValue, valueAt } from './stateful-lock-value';

/** Where a resource is defined now. */
export interface Place {
  readonly templatePath: string;
  readonly logicalId: string;
  readonly constructPath: string;
}

/** A stack of the app as it is synthesized. */
export interface SynthesizedStack {
  /** Construct path. */
  readonly path: string;
  /** What is selected by context `patternbook:environment`. */
  readonly environment?: string;
  readonly locked: LockedStack;
  /** Where its resources are, by the same names as in `locked`. */
  readonly places: ReadonlyMap<string, Place>;
  readonly templatePath: string;
}

interface Definition {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DeletionPolicy?: unknown;
  readonly UpdateReplacePolicy?: unknown;
}

const ENVIRONMENT = 'patternbook:environment';
const DELETE = 'Delete';

/** The stacks that a plugin is asked about. */
export function synthesizedStacks(context: IPolicyValidationContext): SynthesizedStack[] {
  const stacks = new Map(stacksBelow(context.appConstruct).map((stack) => [stack.node.path, stack]));
  return context.stackTemplates.flatMap(({ stackConstructPath, templatePath }) => {
    const stack = stacks.get(stackConstructPath);
    if (!stack) return [];
    const resources: Record<string, LockedResource> = {};
    const places = new Map<string, Place>();
    record(stack, templatePath, '', resources, places);
    const environment: unknown = stack.node.tryGetContext(ENVIRONMENT);
    const locked = { stackName: stack.stackName, resources, watched: watchedProperties(resources) };
    return [{ path: stack.node.path, environment: environment === undefined ? undefined : String(environment), locked, places, templatePath }];
  });
}

/** Construct paths of all stacks of an app, those too that another call is about. */
export function stackPaths(app: IConstruct): Set<string> {
  return new Set(stacksBelow(app).map((stack) => stack.node.path));
}

/**
 * A lock in which these stacks are as they are now, and those that have gone from their environments are no more.
 *
 * @param present construct paths of all stacks of the app: those of another account or region come by a call of their own
 */
export function recorded(lock: Lock, stacks: readonly SynthesizedStack[], present: ReadonlySet<string>): Lock {
  const written = new Set(stacks.map((stack) => stack.path));
  return [...new Set(stacks.map(({ environment }) => environment))].reduce((result, environment) => {
    const kept = Object.entries(stacksIn(lock, environment) ?? {}).filter(([stackPath]) => present.has(stackPath) && !written.has(stackPath));
    const own = stacks.filter((stack) => stack.environment === environment && Object.keys(stack.locked.resources).length > 0);
    return withStacks(result, environment, Object.fromEntries([...kept, ...own.map((stack) => [stack.path, stack.locked] as const)]));
  }, lock);
}

const stacksBelow = (scope: IConstruct): Stack[] => scope.node.findAll().filter(Stack.isStack);

function record(stack: Stack, templatePath: string, prefix: string, resources: Record<string, LockedResource>, places: Map<string, Place>): void {
  const definitions: Record<string, Definition> = JSON.parse(fs.readFileSync(templatePath, 'utf8')).Resources ?? {};
  const paths = constructPaths(stack);
  for (const [logicalId, definition] of Object.entries(definitions)) {
    if (!isStateful(definition.Type)) continue;
    const constructPath = paths.get(logicalId) ?? `${stack.node.path}/${logicalId}`;
    resources[prefix + logicalId] = lockedResource(definition, constructPath);
    places.set(prefix + logicalId, { templatePath, logicalId, constructPath });
  }
  for (const nested of nestedStacks(stack)) {
    // a nested stack's template lies beside that of its parent, and its content comes and goes with its own logical id
    const logicalId: string = stack.resolve(nested.nestedStackResource!.logicalId);
    record(nested, path.join(path.dirname(templatePath), nested.templateFile), `${prefix}${logicalId}/`, resources, places);
  }
}

const nestedStacks = (stack: Stack): NestedStack[] =>
  stack.node.findAll().filter((construct): construct is NestedStack => Stack.isStack(construct) && construct.nestedStackParent === stack);

/** Paths of stateful resources by logical id. That of an L2 stands for its main resource. */
function constructPaths(stack: Stack): Map<string, string> {
  return new Map(stack.node.findAll()
    .filter((construct): construct is CfnResource => CfnResource.isCfnResource(construct) && construct.stack === stack)
    .filter(({ cfnResourceType }) => isStateful(cfnResourceType))
    .map((resource) => [stack.resolve(resource.logicalId), resource.node.path.replace(/(\/(Resource|Default))+$/, '')]));
}

function watchedProperties(resources: Readonly<Record<string, LockedResource>>): Record<string, string> {
  return Object.fromEntries(Object.values(resources).map(({ type }) => [type, createOnlyOf(type).join(' ')]));
}

function lockedResource(definition: Definition, constructPath: string): LockedResource {
  const properties: Record<string, CanonicalValue> = {};
  for (const name of createOnlyOf(definition.Type)) {
    const value = valueAt(definition.Properties, name);
    if (value !== undefined && value !== null) properties[name] = canonicalValue(value);
  }
  const deletion = policy(definition.DeletionPolicy) ?? (snapshotsByItself(definition) ? 'Snapshot' : DELETE);
  const replacement = policy(definition.UpdateReplacePolicy) ?? DELETE;
  return {
    type: definition.Type,
    path: constructPath,
    ...(deletion === DELETE ? {} : { deletionPolicy: deletion }),
    ...(replacement === DELETE ? {} : { updateReplacePolicy: replacement }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}

const policy = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Whether CloudFormation takes a last snapshot though nothing is said.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 */
function snapshotsByItself({ Type, Properties }: Definition): boolean {
  return Type === 'AWS::RDS::DBCluster' || (Type === 'AWS::RDS::DBInstance' && Properties?.DBClusterIdentifier === undefined);
}
