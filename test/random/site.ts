// Where a program is carried out: an app of its own with the stacks the program asks for, and the things it has named so far.
import * as path from 'path';
import { App, Environment, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The surroundings of a program. All of it is data, so that the same surroundings can be made twice. */
export interface Setting {
  readonly context: Record<string, unknown>;
  readonly env?: Environment;
  /** Whether everything stands in a stage, as in a pipeline. */
  readonly inStage: boolean;
  /** Whether the stack of the construct under test is a nested one. */
  readonly nested: boolean;
}

/** Stacks by what they are for: that of the construct under test, and one for what it is given. */
export type Place = 'main' | 'base';

/** An app in the making. */
export class Site {
  /** What of the library was used, as in `PublicApi`. */
  public readonly used = new Set<string>();
  public readonly app: App;
  private readonly stacks = new Map<Place, Stack>();
  private readonly named = new Map<string, unknown>();
  private place: Place = 'main';
  private path: string[] = [];

  /**
   * @param folder of this app and of the one that is compared with it
   * @param backwards write props in the reverse of their order, which must make no difference
   */
  constructor(private readonly setting: Setting, private readonly folder: string, public readonly backwards: boolean) {
    // where assets lie is not of interest, and to copy them takes longer than all the rest
    const context = {
      ...setting.context,
      'aws:cdk:disable-asset-staging': true,
      'aws:cdk:disable-creation-stack-traces': true,
      '@aws-cdk/core:inlineCustomResourceIfPossible': true,
      'patternbook:update-lock': String(!backwards),
    };
    // nobody reads where a resource was defined, which takes long to find out
    this.app = new App({ context, outdir: this.outdir, analyticsReporting: false, treeMetadata: false, stackTraces: false });
  }

  /** Where the app is synthesized to. */
  public get outdir(): string {
    return path.join(this.folder, this.backwards ? 'backwards' : 'forwards');
  }

  /** What the one app writes and the other must agree with. */
  public get lockFile(): string {
    return path.join(this.folder, 'stateful.lock.json');
  }

  /** The stack in which the statement at hand stands. */
  public get stack(): Stack {
    const existing = this.stacks.get(this.place);
    if (existing) return existing;
    const root: Construct = this.setting.inStage ? this.stage() : this.app;
    const stack = this.place === 'main' && this.setting.nested
      ? new NestedStack(this.stackIn(root, 'Outer'), 'Main')
      : this.stackIn(root, this.place === 'main' ? 'Main' : 'Base');
    this.stacks.set(this.place, stack);
    return stack;
  }

  /** Carry out a statement in its place, and remember its value. */
  public keep(name: string, place: Place, make: () => unknown): void {
    this.place = place;
    this.path = [name];
    this.named.set(name, make());
  }

  /** The value of an earlier statement. */
  public get(name: string): unknown {
    if (!this.named.has(name)) throw new Error(`no statement '${name}' before this one: the generator is wrong`);
    return this.named.get(name);
  }

  /** Carry out a part of a statement: what it makes besides gets ids by the part's place in the program, never by an order. */
  public within<T>(part: string, make: () => T): T {
    this.path.push(part);
    try {
      return make();
    } finally {
      this.path.pop();
    }
  }

  /** An id for something that is made besides. */
  public id(kind: string): string {
    return [...this.path, kind].join('-');
  }

  private stage(): Stage {
    return this.app.node.tryFindChild('Stage') as Stage | undefined ?? new Stage(this.app, 'Stage');
  }

  private stackIn(root: Construct, id: string): Stack {
    return new Stack(root, id, { env: this.setting.env });
  }
}
