// Writes API.md from the assembly. The program `jsii-docgen` would look for assemblies in all folders of the project, and take one that a build has left there for ours.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Documentation, Language } from 'jsii-docgen';

const ROOT = path.join(__dirname, '..');
const MODULES = path.join(ROOT, 'node_modules');
/** A large assembly is beside its file, compressed. */
const FILES = ['.jsii', '.jsii.gz'];

/** Put the assembly of a package, and those that it needs, in a folder in which nothing else is. */
function gather(packageFolder: string, target: string): void {
  const { name, dependencies = {}, peerDependencies = {} } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  const folder = path.join(target, name);
  const files = FILES.filter((file) => fs.existsSync(path.join(packageFolder, file)));
  if (files.length === 0 || fs.existsSync(folder)) return;
  fs.mkdirSync(folder, { recursive: true });
  files.forEach((file) => fs.copyFileSync(path.join(packageFolder, file), path.join(folder, file)));
  const needed = Object.keys({ ...dependencies, ...peerDependencies }).map((each) => path.join(MODULES, each));
  needed.filter((each) => fs.existsSync(each)).forEach((each) => gather(each, target));
}

async function main(): Promise<void> {
  const assemblies = fs.mkdtempSync(path.join(os.tmpdir(), 'assemblies-'));
  gather(ROOT, assemblies);
  const page = await (await Documentation.forAssembly('cdk-patternbook', assemblies)).toMarkdown({ language: Language.TYPESCRIPT, allSubmodules: true });
  fs.writeFileSync(path.join(ROOT, 'API.md'), page.render());
  fs.rmSync(assemblies, { recursive: true });
}

void main();
