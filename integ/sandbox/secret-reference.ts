// Takes apart what a container's secret may refer to, by the rules of ECS.

/** A value in Secrets Manager or in Parameter Store. */
export interface SecretReference {
  readonly store: 'secretsmanager' | 'ssm';
  /** ARN of the secret, ARN or name of the parameter. */
  readonly id: string;
  readonly jsonKey?: string;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/**
 * The reference in `valueFrom`: `<arn of the secret>[:json-key:version-stage:version-id]`, the ARN or the name of a parameter.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function parseSecretReference(valueFrom: string): SecretReference {
  const parts = valueFrom.split(':');
  if (parts[0] !== 'arn') return { store: 'ssm', id: valueFrom };
  if (parts[2] !== 'secretsmanager') return { store: 'ssm', id: valueFrom };
  if (parts.length !== 7 && parts.length !== 10) {
    throw new Error(`'valueFrom' must be the ARN of a secret, alone or followed by json-key:version-stage:version-id, got '${valueFrom}'`);
  }
  const [jsonKey, versionStage, versionId] = parts.slice(7).map((part) => part || undefined);
  if (versionStage !== undefined && versionId !== undefined) {
    throw new Error(`'valueFrom' must not name both a version stage and a version id, got '${valueFrom}'`);
  }
  return { store: 'secretsmanager', id: parts.slice(0, 7).join(':'), jsonKey, versionStage, versionId };
}

/** The value of a JSON key of a secret's string; whole when there is no key. */
export function pickJsonKey(value: string, jsonKey: string | undefined, name: string): string {
  if (jsonKey === undefined) return value;
  let content: unknown;
  try {
    content = JSON.parse(value);
  } catch {
    throw new Error(`retrieved secret ${name} is not JSON, so it has no key ${jsonKey}`);
  }
  const picked = typeof content === 'object' && content !== null ? Object.entries(content).find(([key]) => key === jsonKey)?.[1] : undefined;
  if (picked === undefined) throw new Error(`retrieved secret ${name} did not contain json key ${jsonKey}`);
  return typeof picked === 'string' ? picked : JSON.stringify(picked);
}
