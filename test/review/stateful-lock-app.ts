// Apps of a few resources beside a lock file of their own.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, PolicyViolation, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { validationContext } from '../../integ/example-locks';
import { StatefulLock } from '../../src';
import { testApp } from '../harness';

/** Defines the content of an app. */
export type Define = (app: App) => void;

/** An app in one stack. */
export function inStack(define: (stack: Stack) => void, props: StackProps = {}): Define {
  return (app) => define(new Stack(app, 'Shop', props));
}

/** A folder with a lock file, and apps that are checked against it. */
export class Workshop {
  public readonly lockFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'stateful-lock-')), 'stateful.lock.json');

  /** Synthesize with the lock as a plugin, as users do. */
  public synth(define: Define, context: Record<string, unknown> = {}): void {
    const app = testApp(context);
    Validations.of(app).addPlugins(new StatefulLock({ lockFile: this.lockFile }));
    define(app);
    app.synth();
  }

  /** Accept what an app defines. */
  public accept(define: Define, context: Record<string, unknown> = {}): this {
    this.findings(define, { ...context, 'patternbook:update-lock': 'true' });
    return this;
  }

  /** What the lock says of an app. */
  public findings(define: Define, context: Record<string, unknown> = {}): PolicyViolation[] {
    const app = testApp(context);
    define(app);
    return new StatefulLock({ lockFile: this.lockFile }).validate(validationContext(app)).violations;
  }

  /** The same, as `Rule: description`, without the path of this folder. */
  public says(define: Define, context: Record<string, unknown> = {}): string[] {
    return this.findings(define, context).map(({ ruleName, description }) => `${ruleName}: ${description.replaceAll(this.lockFile, 'stateful.lock.json')}`);
  }

  public get text(): string {
    return fs.readFileSync(this.lockFile, 'utf8');
  }

  public write(text: string): this {
    fs.writeFileSync(this.lockFile, text);
    return this;
  }
}
