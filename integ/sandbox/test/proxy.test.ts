// A proxy comes to a database that is in use, and goes again: who gets through to it, and when.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand, RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { synthesizeProxied, synthesizeUnpermitted } from './proxied-app';
import { eventually } from './traces';
import { Aws } from '../aws';
import { Sandbox } from '../sandbox';

const IMAGES = path.join(__dirname, 'sandbox.json');

void describe('a proxy before a database', { timeout: 300_000 }, () => {
  const assemblies: string[] = [];
  let sandbox: Sandbox;
  let aws: Aws;
  let door: string;

  const deploy = async (assembly: string): Promise<void> => {
    assemblies.push(assembly);
    await sandbox.deploy(assembly);
  };
  const get = async (url: string): Promise<number> => (await fetch(door + url)).status;
  const tasks = async (): Promise<readonly string[]> => (await sandbox.status()).services[0].addresses;
  const startAnew = async (): Promise<void> => {
    const former = await tasks();
    await sandbox.killTask('Shop');
    await eventually('another task', 20, async () => (await tasks()).length > 0 && String(await tasks()) !== String(former) && await get('/version') === 200);
  };
  const urlNames = async (): Promise<string> => {
    const { SecretList } = await aws.secrets.send(new ListSecretsCommand({}));
    const url = SecretList!.find(({ Description }) => Description === 'Connection URL of a PostgreSQL instance')!;
    const { SecretString } = await aws.secrets.send(new GetSecretValueCommand({ SecretId: url.ARN }));
    return SecretString!.includes('.proxy-') ? 'the proxy' : 'the instance';
  };
  const groupOf = async (description: string): Promise<string> => {
    const { SecurityGroups } = await aws.ec2.send(new DescribeSecurityGroupsCommand({}));
    return SecurityGroups!.find(({ Description }) => Description!.startsWith(description))!.GroupId!;
  };
  /** Do something while the group of the database does not let the proxy in. */
  const withoutTheRuleOfTheProxy = async (then: () => Promise<void>): Promise<void> => {
    const [GroupId, proxy] = [await groupOf('PostgreSQL: admits'), await groupOf('Proxy of PostgreSQL')];
    const { SecurityGroupRules } = await aws.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId] }] }));
    const rule = SecurityGroupRules!.find(({ ReferencedGroupInfo }) => ReferencedGroupInfo?.GroupId === proxy)!;
    await aws.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [rule.SecurityGroupRuleId!] }));
    await then();
    const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: proxy, Description: rule.Description }] }];
    await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  };

  before(async () => {
    sandbox = await Sandbox.start({ images: IMAGES });
    aws = new Aws(sandbox.endpoint);
    await deploy(synthesizeProxied());
    [{ url: door }] = await sandbox.doors();
  });
  after(async () => {
    await sandbox?.stop();
    assemblies.forEach((assembly) => fs.rmSync(assembly, { recursive: true, force: true }));
  });

  void test('comes while tasks run, which go on with the URL that they have', async () => {
    assert.equal(await get('/write'), 200);
    const running = await tasks();
    await deploy(synthesizeProxied({}));
    assert.equal(await urlNames(), 'the proxy');
    assert.deepEqual(await tasks(), running);
    await withoutTheRuleOfTheProxy(async () => assert.equal(await get('/count'), 200));
  });

  void test('is the way of tasks that start afterwards, and of their migrations', async () => {
    await startAnew();
    assert.equal(await get('/count'), 200);
    await withoutTheRuleOfTheProxy(async () => assert.equal(await get('/count'), 503));
    assert.equal(await get('/write'), 200);
  });

  void test('goes, and tasks find the instance once they start anew', async () => {
    await deploy(synthesizeProxied());
    assert.equal(await urlNames(), 'the instance');
    assert.equal(await get('/count'), 503);
    await startAnew();
    assert.equal(await get('/count'), 200);
  });

  void test('that may not read the credentials is refused with the reason', async () => {
    await assert.rejects(deploy(synthesizeUnpermitted()),
      /proxy db-\S+ cannot log in to its database: role \S+ is not authorized to perform secretsmanager:GetSecretValue on resource \S+: no identity-based policy allows it/);
  });
});
