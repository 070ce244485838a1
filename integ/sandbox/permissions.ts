// What the emulator does not enforce and AWS does before a task starts: the execution role must be allowed to prepare it.
import { GetPolicyCommand, GetPolicyVersionCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { ACCOUNT, Aws, REGION } from './aws';
import { AccessRequest, forPrincipals, isAllowed, PolicyDocument } from './policy';
import { parseSecretReference, pickJsonKey, SecretReference } from './secret-reference';

/** A role with the policies that it has now. */
export class Role {
  /** Read a role's inline and attached policies. */
  public static async read(aws: Aws, arn: string): Promise<Role> {
    const name = arn.split('/').pop()!;
    const inline = await aws.iam.send(new ListRolePoliciesCommand({ RoleName: name }));
    const attached = await aws.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
    const documents = await Promise.all([
      ...(inline.PolicyNames ?? []).map(async (policy) => {
        const { PolicyDocument: document } = await aws.iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
        return parseDocument(document);
      }),
      ...(attached.AttachedPolicies ?? []).map(({ PolicyArn }) => readManagedPolicy(aws, PolicyArn!)),
    ]);
    return new Role(arn, documents);
  }

  private constructor(public readonly arn: string, private readonly documents: readonly PolicyDocument[]) {}

  /** Whether its own policies allow a request. */
  public allows(request: AccessRequest): boolean {
    return isAllowed(this.documents, request);
  }

  /** Whether its own policies or the statements of a resource about it allow a request, and none denies it. */
  public allowsWith(resourcePolicy: PolicyDocument, request: AccessRequest): boolean {
    return isAllowed([...this.documents, resourcePolicy], request);
  }

  /** Fails like ECS, which cannot prepare the task, when the role's policies do not allow a request. */
  public demand(request: AccessRequest, purpose: string): void {
    if (!this.allows(request)) throw new Error(`ResourceInitializationError: ${purpose}: ${this.refusal(request)}`);
  }

  /** The refusal in the words of AWS. */
  public refusal({ action, resource }: AccessRequest): string {
    return `role ${this.arn} is not authorized to perform ${action} on resource ${resource}: no identity-based policy allows it`;
  }
}

/** The value that a container's secret refers to, read the way ECS reads it with the execution role. */
export async function readSecret(aws: Aws, role: Role, valueFrom: string): Promise<string> {
  const reference = parseSecretReference(valueFrom);
  return reference.store === 'ssm' ? readParameter(aws, role, reference.id) : readSecretValue(aws, role, reference);
}

async function readSecretValue(aws: Aws, role: Role, { id, jsonKey, versionStage, versionId }: SecretReference): Promise<string> {
  const purpose = 'unable to pull secrets';
  const missing = (error: Error) => {
    const reason = error instanceof ResourceNotFoundException ? `secret ${id} does not exist` : error.message;
    throw new Error(`ResourceInitializationError: ${purpose}: ${reason}`);
  };
  const secret = await aws.secrets.send(new DescribeSecretCommand({ SecretId: id })).catch(missing);
  role.demand({ action: 'secretsmanager:GetSecretValue', resource: secret.ARN! }, purpose);
  if (secret.KmsKeyId) await demandDecrypt(aws, role, secret.KmsKeyId, `secretsmanager.${REGION}.amazonaws.com`, purpose);
  const version = { VersionId: versionId, VersionStage: versionId ? undefined : versionStage };
  const value = await aws.secrets.send(new GetSecretValueCommand({ SecretId: id, ...version })).catch(missing);
  if (value.SecretString === undefined) throw new Error(`ResourceInitializationError: ${purpose}: secret ${id} has no string value`);
  try {
    return pickJsonKey(value.SecretString, jsonKey, id);
  } catch (error) {
    throw new Error(`ResourceInitializationError: ${purpose}: ${(error as Error).message}`);
  }
}

async function readParameter(aws: Aws, role: Role, id: string): Promise<string> {
  const name = id.startsWith('arn:') ? id.slice(id.indexOf(':parameter/') + ':parameter'.length) : id;
  const resource = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${name.replace(/^\//, '')}`;
  role.demand({ action: 'ssm:GetParameters', resource }, 'unable to pull secrets');
  const read = (Name: string) => aws.json<{ Parameter: { Value: string } }>('ssm', 'AmazonSSM.GetParameter', { Name, WithDecryption: true });
  const answer = await read(name).catch(() => read(name.replace(/^\//, ''))).catch((error: Error) => {
    throw new Error(`ResourceInitializationError: unable to pull secrets: parameter ${id}: ${error.message}`);
  });
  return answer.Parameter.Value;
}

/** A key admits by its own policy, or by that of the role where its own trusts the account. */
async function demandDecrypt(aws: Aws, role: Role, keyId: string, viaService: string, purpose: string): Promise<void> {
  const { KeyMetadata: key } = await aws.json<{ KeyMetadata: { Arn: string } }>('kms', 'TrentService.DescribeKey', { KeyId: keyId });
  const { Policy: policy } = await aws.json<{ Policy: string }>('kms', 'TrentService.GetKeyPolicy', { KeyId: keyId, PolicyName: 'default' });
  const request: AccessRequest = {
    action: 'kms:Decrypt',
    resource: key.Arn,
    context: { 'kms:ViaService': viaService, 'kms:CallerAccount': ACCOUNT },
  };
  const byKey = isAllowed([forPrincipals(parseDocument(policy), [role.arn])], request);
  const trustsAccount = isAllowed([forPrincipals(parseDocument(policy), [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT])], request);
  if (byKey || (trustsAccount && role.allows(request))) return;
  throw new Error(`ResourceInitializationError: ${purpose}: ${role.refusal(request)}, nor does the policy of the key`);
}

async function readManagedPolicy(aws: Aws, arn: string): Promise<PolicyDocument> {
  const { Policy: policy } = await aws.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = await aws.iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy!.DefaultVersionId }));
  return parseDocument(version.PolicyVersion?.Document);
}

/** A policy document as the emulator's API hands it out: as JSON, or as JSON in URL encoding. */
export function parseDocument(document: string | undefined): PolicyDocument {
  if (!document) return {};
  return JSON.parse(document.startsWith('%') ? decodeURIComponent(document) : document) as PolicyDocument;
}
