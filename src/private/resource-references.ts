// [internal] What a resource says before it is rendered: its properties, and which resources they refer to.
import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** A property by its name in the template: a member in lower camel case of L1 classes, an entry of a bare `CfnResource`. */
export function property(resource: CfnResource, name: string): unknown {
  const words = name.replace(/[A-Z]{2,}(?=[A-Z][a-z]|$)/g, (run) => run[0] + run.slice(1).toLowerCase());
  const member = words[0].toLowerCase() + words.slice(1);
  const members = resource as unknown as Record<string, unknown> & { cfnProperties: Record<string, unknown> };
  // L1 classes gather all their properties for the answer
  return member in resource ? members[member] : members.cfnProperties[name];
}

/** Resources that a value refers to, across stacks too. */
export function targetsOf(scope: IConstruct, value: unknown): IConstruct[] {
  const resolver = new ReferenceCollector();
  Tokenization.resolve(value, { scope, resolver, preparing: false });
  return resolver.targets;
}

class ReferenceCollector extends DefaultTokenResolver {
  public readonly targets: IConstruct[] = [];

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) this.targets.push(token.target);
    // functions such as Fn::Select are tokens that resolve to objects holding further tokens: the default resolver goes down into them
    return super.resolveToken(token, context, postProcessor);
  }
}
