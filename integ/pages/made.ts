// What the code of a page makes: its resources, apart from those of the things that stood beside it already.
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Snippet } from './page';
import { runSnippet } from './snippet-run';

/** A resource as it stands in a template. */
export interface Definition {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/** A resource of a synthesized stack. */
export interface StackResource {
  /** Logical id. */
  readonly id: string;
  /** Way through the construct tree, without the stack. */
  readonly path: string;
  /** CloudFormation type. */
  readonly type: string;
  /** All of it. */
  readonly definition: Definition;
}

/** What some code makes. */
export interface Made {
  /** All resources that there were without the code. */
  readonly before: readonly StackResource[];
  /** All resources that there are with it. */
  readonly after: readonly StackResource[];
  /** Those that it made. */
  readonly made: readonly StackResource[];
  /** Those that were there, and are different. */
  readonly changed: readonly StackResource[];
}

/** What the code of a page makes, in a context. */
export function madeBy(snippet: Snippet, context: Record<string, unknown> = {}): Made {
  const before = resourcesOf(runSnippet(snippet, { context, withoutCode: true }));
  const after = resourcesOf(runSnippet(snippet, { context }));
  const earlier = new Map(before.map(({ id, definition }) => [id, JSON.stringify(definition)]));
  return {
    before,
    after,
    made: after.filter(({ id }) => !earlier.has(id)),
    changed: after.filter(({ id, definition }) => earlier.has(id) && earlier.get(id) !== JSON.stringify(definition)),
  };
}

function resourcesOf(app: App): StackResource[] {
  const assembly = app.synth();
  return app.node.children.filter(Stack.isStack).flatMap((stack) => {
    const { Resources = {} } = assembly.getStackByName(stack.stackName).template as { Resources?: Record<string, Definition> };
    const paths = new Map(stack.node.findAll().filter(CfnResource.isCfnResource)
      .map((resource) => [stack.resolve(resource.logicalId) as string, resource.node.path.slice(stack.node.path.length + 1)]));
    return Object.entries(Resources).map(([id, definition]) => ({ id, path: paths.get(id) ?? id, type: definition.Type, definition }));
  });
}
