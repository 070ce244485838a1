// The package as users load it: what they do not use is not loaded.
import { execFileSync } from 'child_process';
import * as path from 'path';
import * as patternbook from '../../src';

const LIBRARY = path.join(__dirname, '..', '..', 'lib');

/** What a program says of the compiled library, in a process of its own. */
function said(program: string): unknown {
  return JSON.parse(execFileSync(process.execPath, ['-e', `
    const own = () => Object.keys(require.cache).filter((file) => file.startsWith(${JSON.stringify(LIBRARY + path.sep)}));
    const library = () => require(${JSON.stringify(LIBRARY)});
    ${program}`], { encoding: 'utf8' }));
}

test('the package exports what the sources export', () => {
  expect(said('console.log(JSON.stringify(Object.keys(library()).sort()))')).toEqual(Object.keys(patternbook).sort());
});

test('no module is loaded before something of it is used', () => {
  expect(said('library(); console.log(JSON.stringify(own().length))')).toBe(1);
});

test('a database comes without the modules of containers, functions and sites', () => {
  const loaded = said('library().PrivatePostgres; console.log(JSON.stringify(own()))') as string[];
  expect(loaded.filter((file) => /[\\/](container-|api-function|static-site|web-entry|serverless-|ha-container-)/.test(file))).toEqual([]);
});

test('a class is the same however often it is asked for', () => {
  expect(said('console.log(JSON.stringify(library().Egress === library().Egress))')).toBe(true);
});

test('any export may be the first that a program uses', () => {
  const failed = said(`
    const failed = [];
    for (const name of Object.keys(library())) {
      for (const file of own()) delete require.cache[file];
      try {
        if (library()[name] === undefined) failed.push(name + ' is undefined');
      } catch (error) {
        failed.push(name + ': ' + error.message);
      }
    }
    console.log(JSON.stringify(failed))`);
  expect(failed).toEqual([]);
});

test('programs of ES modules import by name', () => {
  const program = `import { PrivatePostgres, Egress } from ${JSON.stringify(path.join(LIBRARY, 'index.js'))}; console.log(PrivatePostgres.name, Egress.name);`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).trim()).toBe('PrivatePostgres Egress');
});
