// The locks of the examples' front ends, which `npm ci` refuses where a package asks for one that they do not have.
import * as fs from 'fs';
import * as path from 'path';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');
const LOCKS = fs.readdirSync(EXAMPLES).map((example) => path.join(example, 'web', 'package-lock.json'))
  .filter((file) => fs.existsSync(path.join(EXAMPLES, file)));

type Names = Record<string, string>;
interface Locked { readonly dependencies?: Names; readonly devDependencies?: Names; readonly optionalDependencies?: Names }

test.each(LOCKS)('%s has all that its packages ask for, for every system', (file) => {
  const { packages } = JSON.parse(fs.readFileSync(path.join(EXAMPLES, file), 'utf8')) as { packages: Record<string, Locked> };
  // as Node.js looks for a package: in the folder of who asks, then in those around it
  const has = (folder: string, name: string): boolean => {
    if (packages[path.posix.join(folder, 'node_modules', name)]) return true;
    return folder !== '' && has(folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ''), name);
  };
  const missing = Object.entries(packages).flatMap(([folder, { dependencies, devDependencies, optionalDependencies }]) => {
    const asked = Object.keys({ ...dependencies, ...folder === '' ? devDependencies : {}, ...optionalDependencies });
    return asked.filter((name) => !has(folder, name)).map((name) => `${name} of ${folder || 'the example'}`);
  });
  expect(missing).toEqual([]);
});
