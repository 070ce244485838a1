// [internal] Which resources there are, and what they say before they are rendered: their properties, and which resources these refer to.
import { CfnResource, DefaultTokenResolver, IResolvable, IResolveContext, IPostProcessor, Reference, StringConcat, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Whether a construct is a resource of a type. */
export function isOfType(construct: IConstruct | undefined, type: string): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === type;
}

/** Resources in a scope as it is now, in the order of the tree. */
export function resourcesIn(scope: IConstruct, ...types: string[]): CfnResource[] {
  const found: CfnResource[] = [];
  // not by findAll(): most constructs of a large app are none of these, and to list them all costs more than to pass them
  const pass = (construct: IConstruct): void => {
    if (CfnResource.isCfnResource(construct) && (types.length === 0 || types.includes(construct.cfnResourceType))) found.push(construct);
    construct.node.children.forEach(pass);
  };
  pass(scope);
  return found;
}

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
