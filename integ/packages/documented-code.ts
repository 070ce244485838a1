// The code that README and docs show in Python and Java: mypy and javac must accept it, with the wheel and the jar.
import * as fs from 'fs';
import * as path from 'path';
import { output, run } from './command';
import { Fixture } from './fixture';
import { codeIn, Language, pagesWithCode, textOf } from '../translated-docs/pages';

/** A snippet as it is shown, and as it is written. */
interface Shown { readonly name: string; readonly code: string; readonly typescript: string }

function shownIn(language: Language): Shown[] {
  const fenced = (text: string): string[] => [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);
  return ['README.md', ...pagesWithCode()].flatMap((page) => {
    const typescript = codeIn(textOf(page));
    const codes = fenced(textOf(page.replace('docs/', `docs/${language}/`)));
    return codes.map((code, index) => ({ name: `${path.basename(page, '.md').replace(/\W/g, '_')}_${index + 1}`, code, typescript: typescript[index] }));
  });
}

const indented = (code: string): string => code.replace(/^(?=.)/gm, '    ');

/** All snippets in one module, each in a function. */
export async function checkPython(clean: string, python: string, cache: string): Promise<void> {
  const project = path.join(clean, 'python-docs');
  fs.mkdirSync(project, { recursive: true });
  // what a snippet only declares is a comment in it
  const declared = (code: string): string => code.replace(/^# (\w+): ([\w.]+)$/gm, '$1: $2');
  const functions = shownIn('python').map(({ name, code }) => `def ${name}(self: Stack) -> None:\n${indented(declared(code))}    pass\n`);
  // a default child has the type of any construct, and casts are no part of Python: what is called on it is not checked. An option of mypy would have it forget all that it knows of the CDK
  const unchecked = '# mypy: disable-error-code="union-attr"';
  fs.writeFileSync(path.join(project, 'snippets.py'), [unchecked, new Fixture().python(), ...functions].join('\n\n'));
  await run(python, ['-m', 'mypy', '--strict', '--cache-dir', cache, 'snippets.py'], project);
}

/** Names that are Java's own. */
const OF_JAVA = ['List', 'Map', 'String', 'Object'];

/** Names that a file uses, which its packages do not have and one other package alone does. */
function furtherImports(body: string, packages: readonly string[], known: ReadonlyMap<string, readonly string[]>): string[] {
  return [...new Set([...body.matchAll(/(?<![\w."])[A-Z]\w*/g)].map(([name]) => name))].flatMap((name) => {
    const homes = OF_JAVA.includes(name) ? [] : known.get(name) ?? [];
    return homes.length === 1 && !packages.includes(homes[0]) ? [`${homes[0]}.${name}`] : [];
  });
}

/** The packages of each class of the CDK and of the library, by its simple name. */
async function classesOf(classpath: string): Promise<Map<string, string[]>> {
  const classes = new Map<string, string[]>();
  for (const jar of classpath.split(path.delimiter).filter((file) => /(aws-cdk-lib|cdk-patternbook)-[\d.]+\.jar$/.test(file))) {
    for (const [, folder, name] of (await output('jar', ['tf', jar])).matchAll(/^(.*)\/([\w$]+)\.class$/gm)) {
      const [simple, ...outer] = name.split('$').reverse();
      const home = [folder.replace(/\//g, '.'), ...outer.reverse()].join('.');
      if (!/^(Jsii|Builder)/.test(simple)) classes.set(simple, [...classes.get(simple) ?? [], home]);
    }
  }
  return classes;
}

/** Each snippet in a class of its own, since each has its imports. */
export async function checkJava(clean: string, classpath: string): Promise<void> {
  const project = path.join(clean, 'java-docs');
  fs.mkdirSync(project, { recursive: true });
  const fixture = new Fixture();
  const known = await classesOf(classpath);
  const files = shownIn('java').map(({ name, code, typescript }) => {
    const own = [...code.matchAll(/^import (\S+);$/gm)].map(([, imported]) => imported);
    const taken = own.map((imported) => imported.split('.').pop());
    const imports = [...own, ...fixture.javaImports(typescript).filter((imported) => imported.endsWith('*') || !taken.includes(imported.split('.').pop()))];
    const packages = imports.filter((imported) => imported.endsWith('.*')).map((imported) => imported.slice(0, -2));
    const body = code.replace(/^import .*\n/gm, '').replace(/^public class/gm, 'class')
      // what a snippet only declares
      .replace(/^([A-Z]\w*) (\w+);$/gm, '$1 $2 = null;');
    const file = path.join(project, `${name}.java`);
    fs.writeFileSync(file, [
      ...[...new Set([...imports, ...furtherImports(body, packages, known).filter((found) => !taken.includes(found.split('.').pop()))])].map((imported) => `import ${imported};`),
      `abstract class ${name} extends software.amazon.awscdk.Stack {`,
      ...fixture.javaFields().map((field) => `  ${field}`),
      `  void code() {\n${indented(body)}  }\n}\n`,
    ].join('\n'));
    return file;
  });
  await run('javac', ['-proc:none', '-Xmaxerrs', '1000', '-d', path.join(project, 'classes'), '-cp', classpath, ...files], project);
}
