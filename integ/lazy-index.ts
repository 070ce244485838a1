// Rewrites what the compiler made of src/index.ts, so that a module is loaded when something of it is first used, as aws-cdk-lib does with its own.
import * as fs from 'fs';
import { createRequire } from 'module';
import * as path from 'path';

const INDEX = path.join(__dirname, '..', 'lib', 'index.js');

const HEAD = `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
function lazily(load, ...names) {
    for (const name of names) {
        const define = (attributes) => Object.defineProperty(exports, name, { enumerable: true, configurable: true, ...attributes });
        define({ get: () => {
            const value = load()[name];
            define({ value });
            return value;
        } });
    }
}
`;

/** The modules of an index, and what each exports. Types alone are nothing at run time. */
function exportsOf(index: string): Array<{ module: string; names: string[] }> {
  const load = createRequire(index);
  const modules = [...fs.readFileSync(index, 'utf8').matchAll(/^__exportStar\(require\("(.+)"\), exports\);$/gm)].map(([, module]) => module);
  return modules.map((module) => ({ module, names: Object.keys(load(module) as object) })).filter(({ names }) => names.length > 0);
}

const modules = exportsOf(INDEX);
// a second run finds nothing more to do
if (modules.length > 0) {
  // Node tells users of ES modules the names that it finds assigned
  const names = modules.map((module) => module.names.map((name) => `exports.${name} = `).join('')).join('\n    ');
  const loads = modules.map(({ module, names: own }) => `lazily(() => require("${module}"), ${own.map((name) => `"${name}"`).join(', ')});`);
  fs.writeFileSync(INDEX, `${HEAD}${names}void 0;\n${loads.join('\n')}\n`);
  // it maps what is no longer there
  fs.rmSync(`${INDEX}.map`, { force: true });
}
