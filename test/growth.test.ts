// An app of many systems costs about as many times what one costs: counted in looks at the construct tree, as times vary from run to run.
import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Node } from 'constructs';
import { testApp } from './harness';
import { AlertTopic, HaContainerWebApp, Route } from '../src';

/** A whole system in a stack of its own. */
function system(app: App, name: string): void {
  const stack = new Stack(app, name);
  const web = new HaContainerWebApp(stack, 'App', {
    alerts: new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] }),
    workHours: { start: '07:00', end: '20:00', timeZone: TimeZone.EUROPE_ROME },
  });
  const database = web.addDatabase('Database');
  web.addService('Api', { image: ContainerImage.fromRegistry('example/api:1'), port: 8000, route: Route.path('/*') }).useDatabase(database);
}

/** How often the children of a construct are looked at, from the definition of so many systems to their templates, for each of them. */
function looksPerSystem(systems: number): number {
  const { get: children } = Object.getOwnPropertyDescriptor(Node.prototype, 'children')!;
  let looks = 0;
  Object.defineProperty(Node.prototype, 'children', {
    configurable: true,
    get(this: Node) {
      looks += 1;
      return children!.call(this);
    },
  });
  try {
    const app = testApp();
    for (let number = 0; number < systems; number += 1) system(app, `System${number}`);
    app.synth();
  } finally {
    Object.defineProperty(Node.prototype, 'children', { configurable: true, get: children });
  }
  return looks / systems;
}

test('each of six systems in an app takes at most a quarter more looks than each of two', () => {
  const two = looksPerSystem(2);
  expect(two).toBeGreaterThan(1000);
  expect(looksPerSystem(6) / two).toBeLessThan(1.25);
});
