// stateful.lock.json: what it holds, how it is read, and how it is written so that its differences are easy to read.
import * as fs from 'fs';
import { CanonicalValue } from './stateful-lock-value';

/** A stateful resource as it was accepted. */
export interface LockedResource {
  /** CloudFormation type. */
  readonly type: string;
  /** Where it is in the construct tree, for people. */
  readonly path: string;
  /** What becomes of it when it is removed; absent where it is deleted. */
  readonly deletionPolicy?: string;
  /** What becomes of it when it is replaced; absent where it is deleted. */
  readonly updateReplacePolicy?: string;
  /** The properties that replace it when they change, as far as they are set. */
  readonly properties?: Readonly<Record<string, CanonicalValue>>;
}

/** A stack as it was accepted. */
export interface LockedStack {
  /** Its name in the account. */
  readonly stackName: string;
  /** Its resources by logical id; what is in a nested stack has the nested stack's logical id and a slash in front. */
  readonly resources: Readonly<Record<string, LockedResource>>;
  /** Properties that were looked for, by type, with blanks between: one that is added to the table later was not, so its absence says nothing. */
  readonly watched: Readonly<Record<string, string>>;
}

/** Stacks by their construct path. */
export type LockedStacks = Readonly<Record<string, LockedStack>>;

/** The content of a lock file. */
export interface Lock {
  /** Stacks that are defined without an environment. */
  readonly stacks?: LockedStacks;
  /** Stacks by the environment that they are defined for. */
  readonly environments?: Readonly<Record<string, LockedStacks>>;
}

/** The form of the file. */
const VERSION = 1;
const FORM = 'it does not have the form of a lock';
const ABOUT = 'What holds data or an identity, as it was last accepted. Written by: cdk synth --context patternbook:update-lock=true';

/** The stacks of an environment. */
export function stacksIn(lock: Lock, environment: string | undefined): LockedStacks | undefined {
  return environment === undefined ? lock.stacks : lock.environments?.[environment];
}

/** A lock in which an environment has these stacks. */
export function withStacks(lock: Lock, environment: string | undefined, stacks: LockedStacks): Lock {
  return environment === undefined ? { ...lock, stacks } : { ...lock, environments: { ...lock.environments, [environment]: stacks } };
}

/** Read a lock file. Undefined if there is none; fails if it is not what this version writes. */
export function readLock(file: string): Lock | undefined {
  if (!fs.existsSync(file)) return undefined;
  const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (!isRecord(content) || content.version !== VERSION) throw new Error(FORM);
  const { stacks = {}, environments = {} } = content;
  const sections = [stacks, ...recordsOf(environments)];
  for (const stack of sections.flatMap(recordsOf)) {
    const resources = recordsOf(stack.resources);
    if (!isRecord(stack.watched) || !resources.every(({ type, path }) => typeof type === 'string' && typeof path === 'string')) throw new Error(FORM);
  }
  return content as Lock;
}

/** Write a lock file: sorted, a line for each property. */
export function writeLock(file: string, { stacks, environments }: Lock): void {
  fs.writeFileSync(file, `${rendered({ about: ABOUT, version: VERSION, stacks, environments }, '')}\n`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function recordsOf(value: unknown): Array<Record<string, unknown>> {
  const members = isRecord(value) ? Object.values(value) : [undefined];
  if (!members.every(isRecord)) throw new Error(FORM);
  return members;
}

function rendered(value: unknown, indent: string, key = ''): string {
  if (!isRecord(value)) return JSON.stringify(value);
  const deeper = `${indent}  `;
  // file, stack and resource say first what they are
  const names = indent === '' || 'stackName' in value || 'type' in value ? Object.keys(value) : Object.keys(value).sort();
  const members = names.filter((name) => value[name] !== undefined)
    .map((name) => `${deeper}${JSON.stringify(name)}: ${key === 'properties' ? JSON.stringify(value[name]) : rendered(value[name], deeper, name)}`);
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}
