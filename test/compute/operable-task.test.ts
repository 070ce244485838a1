import { spawnSync } from 'child_process';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { appTier, clusterIn, databaseIn, serviceIn } from './app-tier';
import { PrivatePostgres } from '../../src';
import { testStack } from '../harness';

/** A command as a shell gets it: what is known only at deployment filled in. */
function deployed(stack: Stack, command: string): string {
  const fill = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[name, args]] = Object.entries(value as Record<string, never>);
    if (name === 'Fn::Join') return (args as unknown as [string, unknown[]])[1].map(fill).join((args as unknown as [string])[0]);
    return name === 'Ref' ? `<${args}>` : `<${String(args)}>`;
  };
  return fill(stack.resolve(command));
}

/** Words that a POSIX shell makes of a command. Nothing is run but `printf`. */
function words(command: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', `aws() { printf '%s\\n' "$@"; }; ${command}`], { encoding: 'utf8' });
  return stdout.split('\n').slice(0, -1);
}

const safe = (command: string): string => command.replace(/<([\w,.]+)>/g, (_, name: string) => name.replace(/\W/g, '-'));

describe('the log', () => {
  test('is shown by a command, of the last hour and what is written from then on', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    expect(deployed(stack, api.logsCommand)).toMatch(/^aws logs tail <ApiLogs\w+> --since 1h --follow$/);
  });
});

describe('a task apart from the service', () => {
  test('is run in the network of the service, by the task definition that the service has', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    const command = deployed(stack, api.runTaskCommand('rake', 'db:seed'));
    const service = Object.values(Template.fromStack(stack).findResources('AWS::ECS::Service'))[0].Properties;
    const { Subnets, SecurityGroups } = service.NetworkConfiguration.AwsvpcConfiguration;
    expect(words(safe(command))).toEqual([
      'ecs', 'run-task', '--cluster', service.Cluster.Ref, '--task-definition', service.TaskDefinition.Ref, '--launch-type', 'FARGATE',
      '--propagate-tags', 'TASK_DEFINITION', '--enable-ecs-managed-tags', '--network-configuration',
      `awsvpcConfiguration={subnets=[${Subnets.map((subnet: { Ref: string }) => subnet.Ref)}],securityGroups=[${String(SecurityGroups[0]['Fn::GetAtt']).replace(/\W/g, '-')}],assignPublicIp=DISABLED}`,
      '--overrides', '{"containerOverrides":[{"name":"App","command":["rake","db:seed"]}]}',
    ]);
  });

  test('runs the command of the application where no other is given', () => {
    const stack = testStack();
    expect(serviceIn(stack).runTaskCommand()).toContain("--overrides '{\"containerOverrides\":[{\"name\":\"App\"}]}'");
  });

  test('gets the words as they are, whatever they hold', () => {
    const stack = testStack();
    const api = serviceIn(stack);
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[ -~éß]{0,12}$/), { minLength: 1, maxLength: 4 }), (command) => {
      const text = safe(deployed(stack, api.runTaskCommand(...command)));
      expect(JSON.parse(words(text).at(-1)!).containerOverrides[0].command.map((word: string) => safe(word))).toEqual(command.map(safe));
    }), { numRuns: 25 });
  });

  test('may be given what is known only at deployment', () => {
    const stack = testStack();
    expect(deployed(stack, serviceIn(stack).runTaskCommand('echo', stack.region))).toContain('"command":["echo","<AWS::Region>"]');
  });
});

describe('a tunnel', () => {
  const tunnel = (localPort?: number): { stack: Stack; command: string } => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network), enableExecuteCommand: true });
    return { stack, command: api.tunnelCommand(databaseIn(stack, network, false), localPort) };
  };

  test('leads to the database through one of the running tasks', () => {
    const { stack, command } = tunnel();
    const lines = words(safe(deployed(stack, command).replace('aws ecs list-tasks', 'echo arn:aws:ecs:eu-west-1:111111111111:task/shop/0123; true')
      .replace('aws ecs describe-tasks', 'echo 0123-4567; true')));
    expect(lines).toEqual([
      'ssm', 'start-session', '--target', expect.stringMatching(/^ecs:Cluster\w+_0123_0123-4567$/), '--document-name', 'AWS-StartPortForwardingSessionToRemoteHost',
      '--parameters', '{"host":["db.example"],"portNumber":["5432"],"localPortNumber":["5432"]}',
    ]);
  });

  test('begins at another port of the computer', () => {
    expect(tunnel(15432).command).toContain('"portNumber":["5432"],"localPortNumber":["15432"]');
    expect(() => tunnel(0)).toThrow("'localPort' must be 1 to 65535, got 0: choose a free TCP port of your computer");
  });

  test('opens the way through the security groups, once', () => {
    const { stack } = tunnel();
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    const other = testStack();
    const network = appTier(other);
    const api = serviceIn(other, { cluster: clusterIn(other, network), enableExecuteCommand: true });
    const database = databaseIn(other, network, false);
    api.useDatabase(database);
    api.tunnelCommand(database);
    Template.fromStack(other).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  test('ends at the instance where the database has a proxy', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network), enableExecuteCommand: true });
    const command = JSON.stringify(stack.resolve(api.tunnelCommand(new PrivatePostgres(stack, 'Database', { network, proxy: {} }))));
    expect(command).toContain('"Endpoint.Address"');
    expect(command).not.toContain('DatabaseProxy');
  });

  test('fails where no session may be opened', () => {
    const stack = testStack();
    const network = appTier(stack);
    const api = serviceIn(stack, { cluster: clusterIn(stack, network) });
    expect(() => api.tunnelCommand(databaseIn(stack, network, false)))
      .toThrow("'Stack/Api' has no command for a tunnel: set 'enableExecuteCommand', or add an SsmBastion");
  });
});
