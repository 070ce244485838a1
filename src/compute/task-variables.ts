// [internal] The environment of a task: one set of variables for all its containers, whoever comes first.
import { Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { IPrivateService } from './container-task-options';

/** Variables that every container of a task has, however late it joins or they come. */
export class TaskVariables {
  private readonly values = new Map<string, string>();
  private readonly secrets = new Map<string, ecs.Secret>();
  private readonly containers: ecs.ContainerDefinition[] = [];

  public join(container: ecs.ContainerDefinition): void {
    this.containers.push(container);
    this.values.forEach((value, name) => container.addEnvironment(name, value));
    this.secrets.forEach((secret, name) => container.addSecret(name, secret));
  }

  public addValue(name: string, value: string): void {
    this.checkName(name);
    this.values.set(name, value);
    this.containers.forEach((container) => container.addEnvironment(name, value));
  }

  public addSecret(name: string, secret: ecs.Secret): void {
    this.checkName(name);
    this.secrets.set(name, secret);
    this.containers.forEach((container) => container.addSecret(name, secret));
  }

  private checkName(name: string): void {
    if (!Token.isUnresolved(name) && !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
      throw new Error(`name of a variable must be letters, digits, '_', '.' and '-' and not begin with a digit, got '${name}': rename it`);
    }
    if (this.values.has(name) || this.secrets.has(name)) {
      throw new Error(`variable '${name}' is set already: remove one of the two, or give it another name`);
    }
  }
}

/** `order-api.shop.local` → `ORDER_API_URL`. */
export function urlVariableOf(service: IPrivateService): string {
  // what is known only at deployment does not begin like a name
  const [, discoveryName] = /^([a-z0-9-]+)\./i.exec(service.hostName) ?? [];
  if (discoveryName === undefined) {
    throw new Error(`'variable' must be given for '${service.node.path}', got none: its discovery name is not known before deployment, so name one`);
  }
  return `${discoveryName.toUpperCase().replace(/-/g, '_')}_URL`;
}
