// Refuses changes that would replace, rename or lose what holds data or an identity, by a lock file that is committed beside the app. Works on any CDK app.
import * as path from 'path';
import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { compareStacks, likeness } from './stateful-lock-compare';
import { Lock, LockedStack, LockedStacks, readLock, stacksIn, writeLock } from './stateful-lock-file';
import { recorded, stackPaths, SynthesizedStack, synthesizedStacks } from './stateful-lock-record';
import { changeViolation, LockRule, stackRenamedViolation, stackViolation, updateCommand } from './stateful-lock-report';

/**
 * Settings of a `StatefulLock`.
 */
export interface StatefulLockProps {
  /**
   * Path of the lock file, relative to the working directory of the app, which the CDK CLI makes the folder of cdk.json.
   *
   * Give each environment a file of its own when another way than context `patternbook:environment` selects it.
   *
   * @default 'stateful.lock.json'
   */
  readonly lockFile?: string;
}

/**
 * Fails the synthesis when a change would rename, replace, remove or protect less what holds data or an identity: databases, buckets, keys, networks, load balancers.
 *
 * What there is stands in a lock file, written by `cdk synth --context patternbook:update-lock=true` and committed; every later synthesis is compared with it. Each
 * finding names the resource, the reason and the way out. Which properties replace a resource comes from CloudFormation's own schemas.
 *
 * A resource that is new, or a stack that has gone from the app, is a warning: nothing of it can be lost yet, or by that. A missing or unreadable lock fails, and so does
 * an update where the environment variable `CI` is set: a lock that a pipeline writes guards nothing.
 *
 * It works on any CDK app, in every language: `Validations.of(app).addPlugins(new StatefulLock())`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export class StatefulLock implements IPolicyValidationPlugin {
  /** The name under which findings are reported. */
  public readonly name = 'patternbook-stateful-lock';
  /** None of its own, which the CDK reports as 0.0.0. Declared because typed Python accepts only a plugin with every member. */
  public readonly version?: string;
  /** The rules, for the CDK's analytics. */
  public readonly ruleIds?: string[] = Object.values(LockRule);
  private readonly lockFile: string;
  /** For each app and environment, the first stack of the first call of a synthesis. */
  private readonly firstStacks = new WeakMap<IConstruct, Map<string | undefined, string>>();

  constructor(props: StatefulLockProps = {}) {
    this.lockFile = props.lockFile ?? 'stateful.lock.json';
  }

  /**
   * Compare the stacks with the lock, or write it.
   *
   * The CDK calls this once for each account and region.
   *
   * @param context what was synthesized
   */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = this.violations(context);
    return { success: violations.every(({ severity }) => severity !== 'fatal'), violations };
  }

  private violations(context: IPolicyValidationContext): PolicyViolation[] {
    const stacks = synthesizedStacks(context);
    if (stacks.length === 0) return [];
    const here = stacks[0].path;
    let lock: Lock | undefined;
    try {
      lock = readLock(path.resolve(this.lockFile));
    } catch (error) {
      return [stackViolation(LockRule.UNREADABLE, 'fatal', here, `'${this.lockFile}' cannot be read: ${(error as Error).message}`,
        `Resolve the merge conflict if there is one, or take the file of the last commit; to begin anew, delete it and run: ${updateCommand(stacks[0].environment)}`)];
    }
    const present = stackPaths(context.appConstruct);
    if (isUpdate(context.appConstruct)) return this.update(lock ?? {}, stacks, present);
    const environments = [...new Set(stacks.map(({ environment }) => environment))];
    return environments.flatMap((environment) => {
      const own = stacks.filter((stack) => stack.environment === environment);
      const locked = stacksIn(lock ?? {}, environment);
      return locked === undefined ? this.missing(environment, own) : this.compare(context.appConstruct, locked, own, present);
    });
  }

  private missing(environment: string | undefined, stacks: readonly SynthesizedStack[]): PolicyViolation[] {
    const count = resourceCount(stacks);
    if (count === 0) return [];
    const what = environment === undefined ? 'is missing' : `has nothing of environment '${environment}'`;
    return [stackViolation(LockRule.MISSING, 'fatal', stacks[0].path,
      `'${this.lockFile}' ${what}: nothing guards the ${counted(count, 'stateful resource')} of ${stacks.map((stack) => `'${stack.path}'`).join(', ')}`,
      `Write it and commit it: ${updateCommand(environment)}`)];
  }

  private compare(app: IConstruct, locked: LockedStacks, stacks: readonly SynthesizedStack[], present: ReadonlySet<string>): PolicyViolation[] {
    const [{ path: here, environment }] = stacks;
    const gone = new Map(Object.entries(locked).filter(([stackPath]) => !present.has(stackPath)));
    const fresh: string[] = [];
    const violations = stacks.flatMap((stack): PolicyViolation[] => {
      const before = Object.hasOwn(locked, stack.path) ? { path: stack.path, stack: locked[stack.path] } : predecessor(stack, gone);
      if (before === undefined) {
        fresh.push(...Object.values(stack.locked.resources).map((resource) => `${resource.path} (${resource.type})`));
        return [];
      }
      gone.delete(before.path);
      // what a stack of another name holds is not touched, so that single changes mean nothing
      if (before.stack.stackName !== stack.locked.stackName) return [stackRenamedViolation(stack, before)];
      const { changes, added } = compareStacks(before.stack, stack.locked);
      fresh.push(...added.map((id) => stack.locked.resources[id]).map((resource) => `${resource.path} (${resource.type})`));
      return changes.map((change) => changeViolation(change, stack));
    });
    const remedy = `Bring it up to date and commit it: ${updateCommand(environment)}`;
    if (fresh.length > 0) {
      violations.push(stackViolation(LockRule.OUTDATED, 'warning', here, `'${this.lockFile}' does not guard ${counted(fresh.length, 'new stateful resource')} yet: ${fresh.join(', ')}`, remedy));
    }
    if (this.isFirstCall(app, environment, here) && gone.size > 0) {
      const names = [...gone].map(([stackPath, { stackName }]) => `'${stackName}' (${stackPath})`);
      violations.push(stackViolation(LockRule.OUTDATED, 'warning', here,
        `'${this.lockFile}' guards ${counted(gone.size, 'stack')} that the app no longer has: ${names.join(', ')}; in the account they stay until \`cdk destroy\``, remedy));
    }
    return violations;
  }

  private update(lock: Lock, stacks: readonly SynthesizedStack[], present: ReadonlySet<string>): PolicyViolation[] {
    const [{ path: here }] = stacks;
    if (process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false') {
      return [stackViolation(LockRule.UPDATE_IN_CI, 'fatal', here, `'${this.lockFile}' is not written where CI is set: a lock that a pipeline writes guards nothing`,
        'Run the update on your own machine, read the differences, commit them; and take patternbook:update-lock out of cdk.json if it is there')];
    }
    writeLock(path.resolve(this.lockFile), recorded(lock, stacks, present));
    return [stackViolation(LockRule.UPDATED, 'info', here, `'${this.lockFile}' was written: it guards ${counted(resourceCount(stacks), 'stateful resource')} of ${counted(stacks.length, 'stack')}`,
      'Read its differences before you commit them: each is something that will be replaced, lost or new')];
  }

  /** One call of a synthesis reports what concerns an environment as a whole. */
  private isFirstCall(app: IConstruct, environment: string | undefined, stackPath: string): boolean {
    const first = this.firstStacks.get(app) ?? new Map<string | undefined, string>();
    if (!first.has(environment)) first.set(environment, stackPath);
    this.firstStacks.set(app, first);
    return first.get(environment) === stackPath;
  }
}

function isUpdate(app: IConstruct): boolean {
  return String(app.node.tryGetContext('patternbook:update-lock')) === 'true';
}

/** The stack of the lock that this one was: of the same name, else the one it has most in common with, and at least half. */
function predecessor(stack: SynthesizedStack, gone: ReadonlyMap<string, LockedStack>): { path: string; stack: LockedStack } | undefined {
  const candidates = [...gone].map(([stackPath, before]) => ({
    path: stackPath,
    stack: before,
    share: before.stackName === stack.locked.stackName ? Infinity : likeness(before, stack.locked) / Object.keys(before.resources).length,
  }));
  return candidates.filter(({ share }) => share >= 0.5).sort((one, other) => other.share - one.share)[0];
}

const resourceCount = (stacks: readonly SynthesizedStack[]): number => stacks.flatMap(({ locked }) => Object.keys(locked.resources)).length;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
