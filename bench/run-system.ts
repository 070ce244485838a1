// What a measured process does: define a system, or several of its kind, in one app, and synthesize it.
//
// node run-system.js FILE NUMBER: NUMBER times the system of FILE. Validation is no part of what is measured, plugins are left out.
import * as fs from 'fs';
import { createRequire } from 'module';
import * as cdk from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const [file, number] = process.argv.slice(2);
const code = fs.readFileSync(file, 'utf8');
const requireThere = createRequire(file);
const app = new cdk.App();

/** Programs make an app of their own each. */
class TheApp {
  constructor() {
    return app;
  }
}

const withoutPlugins = {
  of: (scope: IConstruct): cdk.Validations => Object.create(cdk.Validations.of(scope), { addPlugins: { value: () => undefined } }),
};

for (let copy = 0; copy < Number(number); copy += 1) {
  class StackOfCopy extends cdk.Stack {
    constructor(scope: cdk.App, id: string, props: cdk.StackProps) {
      // in accounts of their own: of some things an account has one
      super(scope, `${id}${copy}`, { ...props, stackName: `${props.stackName}-${copy}`, env: { ...props.env, account: String(100000000000 + copy) } });
    }
  }
  const core: unknown = Object.create(cdk, { App: { value: TheApp }, Stack: { value: StackOfCopy }, Validations: { value: withoutPlugins } });
  new Function('require', 'exports', code)((id: string): unknown => (id === 'aws-cdk-lib' ? core : requireThere(id)), {});
}
