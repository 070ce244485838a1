// Rotates the password of a database as AWS's hosted rotation does, and runs the state machine that brings the connection URL after it.
import { GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListStateMachinesCommand, SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { Client } from 'pg';
import { clientConfig } from '../sandbox/aws';
import { Sandbox } from '../sandbox/sandbox';

/** What no URL could hold as it is. */
const NEW_PASSWORD = 'p@ss/w:rd %&é';

/** The connection URLs before and after. */
export interface Rotation { readonly before: string; readonly after: string }

/** Change the password in PostgreSQL and in its secret, then let the state machine compose the URL anew. */
export async function rotatePassword(sandbox: Sandbox): Promise<Rotation> {
  const secrets = new SecretsManagerClient(clientConfig(sandbox.endpoint));
  // synchronous executions have a host name of their own, which the emulator has not
  const workflows = new SFNClient({ ...clientConfig(sandbox.endpoint), disableHostPrefix: true });
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
  const arnOf = (description: RegExp): string => SecretList.find(({ Description = '' }) => description.test(Description))!.ARN!;
  const read = async (SecretId: string): Promise<string> => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString!;
  const [credentialsArn, urlArn] = [arnOf(/^User name, password/), arnOf(/^Connection URL/)];

  const before = await read(urlArn);
  const credentials = JSON.parse(await read(credentialsArn)) as { username: string; password: string; dbname: string };
  const [{ port }] = await sandbox.databases();
  const { username: user, password, dbname: database } = credentials;
  const client = new Client({ host: '127.0.0.1', port, user, password, database, ssl: { rejectUnauthorized: false } });
  await client.connect();
  await client.query(`ALTER ROLE ${client.escapeIdentifier(user)} PASSWORD ${client.escapeLiteral(NEW_PASSWORD)}`);
  await client.end();
  const SecretString = JSON.stringify({ ...credentials, password: NEW_PASSWORD });
  await secrets.send(new PutSecretValueCommand({ SecretId: credentialsArn, SecretString }));

  const { stateMachines = [] } = await workflows.send(new ListStateMachinesCommand({}));
  const { stateMachineArn } = stateMachines.find(({ name = '' }) => name.includes('UrlRefresh'))!;
  const { status, error, cause } = await workflows.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{}' }));
  if (status !== 'SUCCEEDED') throw new Error(`the refresh of the connection URL ended as ${status}: ${error} ${cause}`);
  return { before, after: await read(urlArn) };
}

/** Replace every task, as the deployment does that ECS is told to start after a rotation; resolves when all run anew. */
export async function replaceTasks(sandbox: Sandbox, seconds = 60): Promise<void> {
  const [{ name, addresses: old }] = (await sandbox.status()).services;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const [{ running, desired, addresses }] = (await sandbox.status()).services;
    if (running < desired) continue;
    if (!addresses.some((address) => old.includes(address))) return;
    // the oldest goes first, so that each call hits one that read the old URL
    await sandbox.killTask(name);
  }
  throw new Error(`the tasks of ${name} were not replaced within ${seconds} s`);
}
