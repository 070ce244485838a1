// What a container finds instead of ECS's credential endpoint: credentials of the task role, to whose policies the emulator holds it.
import { Aws } from './aws';

interface Credentials { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string }

/** The variables with which an SDK acts as a task role; rejects when tasks may not take the role. */
export async function taskCredentials(aws: Aws, roleArn: string, session: string): Promise<{ [name: string]: string }> {
  const issued = await aws.json<Credentials | { reason: string }>('patternbook-sandbox', 'PatternbookSandbox.IssueTaskCredentials', { roleArn, session });
  if ('reason' in issued) {
    throw new Error(`ECS was unable to assume the role '${roleArn}' that was provided for this task: ${issued.reason}`);
  }
  return { AWS_ACCESS_KEY_ID: issued.accessKeyId, AWS_SECRET_ACCESS_KEY: issued.secretAccessKey, AWS_SESSION_TOKEN: issued.sessionToken };
}
