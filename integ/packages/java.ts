// Java users of the jar: Maven projects that take it from this build, the examples and the tour in it.
import * as fs from 'fs';
import * as path from 'path';
import { copyFolder, ROOT, run } from './command';
import { Program, synthEnvironment, TOUR, TourResult } from './synthesis';

const REPOSITORY = `file://${path.join(ROOT, 'dist', 'java')}`;

/** A local repository of our own: in another there may be an older build, which has the same version, 0.0.0, and would be taken instead. */
const LOCAL = path.join(ROOT, '.sandbox', 'maven');

/** Compile a project and run it without Maven in between. */
async function compile(project: string): Promise<(env: Record<string, string>) => Promise<string>> {
  fs.rmSync(path.join(LOCAL, 'io', 'github', 'cdkpatternbook'), { recursive: true, force: true });
  await run('mvn', ['--batch-mode', '--quiet', `-Dmaven.repo.local=${LOCAL}`, `-Dpatternbook.repository=${REPOSITORY}`, '-Dpatternbook.version=0.0.0',
    'compile', 'dependency:build-classpath', '-Dmdep.outputFile=target/classpath'], project);
  const [, main] = /<mainClass>(.*)<\/mainClass>/.exec(fs.readFileSync(path.join(project, 'pom.xml'), 'utf8'))!;
  const classpath = `target/classes${path.delimiter}${classpathOf(project)}`;
  return (env) => run('java', ['-cp', classpath, main], project, env);
}

/** What a project was compiled with. */
export function classpathOf(project: string): string {
  return fs.readFileSync(path.join(project, 'target', 'classpath'), 'utf8');
}

/** The tour. */
export async function tourInJava(clean: string): Promise<TourResult> {
  const project = path.join(clean, 'java-tour');
  copyFolder(path.join(ROOT, 'integ', 'consumers', 'java'), project);
  const out = path.join(project, 'cdk.out');
  return { project, trace: await (await compile(project))({ ...synthEnvironment(out, TOUR.variants[0]), JSII_DEBUG: '1' }) };
}

/** An example. Returns the folder with an assembly for each variant. */
export async function exampleInJava(clean: string, { name, variants }: Program): Promise<string> {
  const project = path.join(clean, `java-${name}`);
  copyFolder(path.join(ROOT, 'examples', `java-${name}`), project);
  const runWith = await compile(project);
  for (const variant of variants) await runWith(synthEnvironment(path.join(project, 'cdk.out', variant.name), variant));
  return path.join(project, 'cdk.out');
}
