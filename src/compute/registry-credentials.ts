// [internal] Secrets with which registries outside of AWS are entered: what is in them has to be as AWS documents it.
import { Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { isOfType } from '../private/resource-references';

/** The resource of a secret that is made in the app; none for one that exists. */
export function resourceOf(secret: secretsmanager.ISecret): secretsmanager.CfnSecret | undefined {
  const child = secret.node.defaultChild;
  return isOfType(child, secretsmanager.CfnSecret.CFN_RESOURCE_TYPE_NAME) ? child as secretsmanager.CfnSecret : undefined;
}

/** Fail on a secret that is written in the app with other keys. One that exists, or is filled by hand, cannot be looked into. */
export function checkKeys(what: string, secret: secretsmanager.ISecret, keys: readonly string[]): void {
  const found = keysOf(secret);
  if (found === undefined || keys.every((key) => found.includes(key))) return;
  const names = (list: readonly string[]): string => list.map((key) => `'${key}'`).join(' and ') || 'none';
  throw new Error(`${what} must be a secret with the keys ${names(keys)}, got ${names(found)}: call the user name and the token so`);
}

function keysOf(secret: secretsmanager.ISecret): string[] | undefined {
  const resource = resourceOf(secret);
  if (!resource) return undefined;
  const generated = Stack.of(resource).resolve(resource.generateSecretString) as secretsmanager.CfnSecret.GenerateSecretStringProperty | undefined;
  const text = textOf(Stack.of(resource).resolve(resource.secretString ?? generated?.secretStringTemplate));
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return [...Object.keys(value), ...generated?.generateStringKey === undefined ? [] : [generated.generateStringKey]];
  } catch {
    return undefined;
  }
}

/** What is known only at deployment stands between quotes, where any word is as good. */
function textOf(resolved: unknown): string {
  const [, parts] = (resolved as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join'] ?? [];
  if (parts) return parts.map((part) => (typeof part === 'string' ? part : '_')).join('');
  return typeof resolved === 'string' ? resolved : '';
}
