// What jsii-rosetta gets wrong in our snippets, put right. Whether the outcome compiles is seen by `npm run test:packages`.
import { Language } from './pages';

/** A translation as a user could have written it. */
export function corrected(language: Language, code: string): string {
  return language === 'java' ? code.split('\n').map(correctedJava).join('\n') : correctedPython(code);
}

/** Verbs with a variable number of structs, which are no keywords there, and where the class of the struct is. */
const VARIADIC: ReadonlyArray<readonly [verb: string, module: string, struct: string]> = [
  ['acknowledge', 'aws_cdk', 'Acknowledgment'],
  ['add_mount_points', 'aws_cdk.aws_ecs', 'MountPoint'],
  ['add_container_dependencies', 'aws_cdk.aws_ecs', 'ContainerDependency'],
];

function correctedPython(code: string): string {
  const changed = VARIADIC.reduce((text, [verb, , struct]) => text.replace(new RegExp(`\\.${verb}\\((\\w+=.*)\\)$`, 'gm'), `.${verb}(${struct}($1))`), code)
    .replace(/\.with\(/g, '.with_(')
    .replace(/_mi_b\b/g, '_mib')
    // in the braces of a text names stay as they are
    .replace(/\{(\w+)\.privateUrl\}/g, '{$1.private_url}');
  const imports = VARIADIC.filter(([, , struct]) => changed.includes(`(${struct}(`)).map(([, module, struct]) => `from ${module} import ${struct}`);
  return imports.length > 0 ? `${imports.join('\n')}\n\n${changed}` : changed;
}

function correctedJava(line: string): string {
  if (/^(import|\s*\/\/)/.test(line)) return line;
  // not in what stands between quotation marks
  const parts = line.split(/("(?:[^"\\]|\\.)*")/).map((part) => (part.startsWith('"') ? part : withGetters(part))).join('');
  return parts
    // what a context holds has no type
    .replace(/\bString (\w+) = (?=.*\.(?:tryGetContext|getContext)\()/, 'String $1 = (String) ')
    // of the classes by this name rosetta does not say which
    .replace(/\baddVolume\(Volume\./, 'addVolume(software.amazon.awscdk.services.ecs.Volume.')
    // arrays are lists
    .replace(/^(\s*)(\w+)\[\] (\w+) =/, '$1List<$2> $3 =')
    .replace(/\bfor \(Object (\w+) :/, 'for (var $1 :');
}

/** A property of something is read by a method. */
function withGetters(code: string): string {
  const changed = code.replace(/(?<=(?:\b[a-z]\w*|\))\.)([a-z]\w*)\b(?!\s*[\w(])/g, (name: string) => `get${name[0].toUpperCase()}${name.slice(1)}()`);
  return changed === code ? code : withGetters(changed);
}
