import { SecretValue, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { PostgresProxyOptions } from '../../src';
import { connectionUrl, EXCLUDED_CHARACTERS } from '../../src/data/connection-secret';
import { databaseStack } from '../data/plain-network';

const HOST = 'db-abc.c1.eu-west-1.rds.amazonaws.com';

interface Task { readonly Assign: Record<string, string> }

/** The states of the refresh, read back from the template. */
function statesOf(databaseName: string, proxy?: PostgresProxyOptions): Record<string, Task> {
  const template = Template.fromStack(databaseStack({ databaseName, proxy }).stack);
  const [{ Properties }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const definition = Properties.DefinitionString['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : 'x')).join('');
  return JSON.parse(definition).States;
}

/** Evaluates an assignment as Step Functions does: what it adds to JSONata is `$parse` and `$states`. */
async function evaluate(assignment: string, secretString: string, variables: Record<string, unknown> = {}): Promise<unknown> {
  const expression = jsonata(/^\{% (.*) %\}$/s.exec(assignment)![1]);
  return expression.evaluate(null, { parse: JSON.parse, states: { result: { SecretString: secretString } }, ...variables });
}

const credentials = (password: string, username = 'postgres') => JSON.stringify({
  username, password, host: HOST, port: 5432, dbname: 'orders', engine: 'postgres', dbInstanceIdentifier: 'db-abc',
});

const anything = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'grapheme' }));

describe('the URL of the refresh', () => {
  const { ReadCredentials, ReadUrl } = statesOf('orders');

  test('gives back any password and any user name', async () => {
    await fc.assert(fc.asyncProperty(anything, anything, async (password, username) => {
      const url = new URL(await evaluate(ReadCredentials.Assign.url, credentials(password, username)) as string);
      expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([username, password]);
      expect([url.protocol, url.host, url.pathname, url.search]).toEqual(['postgresql:', `${HOST}:5432`, '/orders', '?sslmode=require']);
    }), { numRuns: 300 });
  });

  test.each(['username', 'password', 'host', 'port'])('is an error while the secret has no %s, so that nothing is written', async (part) => {
    for (const nothing of [undefined, null, '']) {
      const secret = JSON.stringify({ ...JSON.parse(credentials('secret')), [part]: nothing });
      for (const { ReadCredentials: { Assign } } of [statesOf('orders'), statesOf('orders', {})]) {
        await expect(evaluate(Assign.url, secret)).rejects.toMatchObject({ message: 'the secret lacks the user name, the password, the host or the port' });
      }
    }
  });

  test('is what CloudFormation composes from a generated password, so that nothing seems to have changed', async () => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    const allowed = printable.filter((character) => !EXCLUDED_CHARACTERS.includes(character));
    const generated = fc.string({ unit: fc.constantFrom(...allowed), minLength: 40, maxLength: 40 });
    await fc.assert(fc.asyncProperty(generated, async (password) => {
      const composed = connectionUrl({
        username: 'postgres', password: SecretValue.unsafePlainText(password), host: HOST, port: 5432, databaseName: 'orders',
      });
      expect(await evaluate(ReadCredentials.Assign.url, credentials(password))).toBe(new Stack().resolve(composed.unsafeUnwrap()));
    }));
  });

  test('names a proxy, where there is one, whatever host the secret names', async () => {
    const behindProxy = statesOf('orders', {});
    await fc.assert(fc.asyncProperty(anything, async (password) => {
      const url = new URL(await evaluate(behindProxy.ReadCredentials.Assign.url, credentials(password)) as string);
      // `x` stands for what is known at deployment: here, the endpoint of the proxy
      expect([decodeURIComponent(url.password), url.host, url.pathname]).toEqual([password, 'x:5432', '/orders']);
    }));
  });

  test.each([['postgresql://same', false], ['postgresql://other', true]])('compared with %s has changed: %s', async (stored, changed) => {
    expect(await evaluate(ReadUrl.Assign.changed, stored, { url: 'postgresql://same' })).toBe(changed);
  });
});
