// What is judged: every example in every profile, with and without a domain, and what it offers as a choice, by its construct tree and by its templates.
import * as fs from 'fs';
import * as path from 'path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CHOICES, exampleContext, ExampleChoice, exampleNames, loadExample, PROFILES, synthesizedStacks } from '../example-app';

/** The environments of the library's profiles. */
export type Profile = typeof PROFILES[number];

/** Context a user would give on the command line, so that TLS and DNS are judged too. */
const DOMAIN = { domain: 'api.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };

/** A way in which an example is synthesized. */
export interface JudgedVariant {
  readonly example: string;
  readonly profile: Profile;
  readonly hasDomain: boolean;
  /** Undefined where it does what it does by itself. */
  readonly choice?: ExampleChoice;
}

/** All of them. */
export function judgedVariants(): JudgedVariant[] {
  const all = exampleNames().flatMap((example) => PROFILES.flatMap((profile) =>
    [true, false].map((hasDomain): JudgedVariant => ({ example, profile, hasDomain }))));
  return [...all, ...CHOICES.map((choice): JudgedVariant => ({ example: choice.example, profile: 'prod', hasDomain: true, choice }))];
}

/** A variant by its name: `production-api in dev, without a domain`. */
export function nameOf({ example, profile, hasDomain, choice }: JudgedVariant): string {
  return `${example} in ${profile}${hasDomain ? '' : ', without a domain'}${choice ? `, ${choice.name}` : ''}`;
}

/** The context in which a variant is synthesized. */
export function contextOf({ example, profile, hasDomain, choice }: JudgedVariant): Record<string, unknown> {
  return exampleContext(example, profile, { ...hasDomain && DOMAIN, ...choice?.context });
}

/** The app of a variant, synthesized, so that aspects have run. */
export function synthesizedApp(variant: JudgedVariant, context = contextOf(variant)): App {
  const app = loadExample(variant.example, context);
  app.synth();
  return app;
}

/** A construct as its reader knows it: without the last ids, if they only say that there is one resource. */
export function readablePath(construct: string): string {
  return construct.replace(/(\/Resource)+$/, '');
}

/** A template, and what its resources are. */
export interface JudgedTemplate extends JudgedVariant {
  /** It may be that of another variant, which is the same. */
  readonly file: string;
  readonly typeOf: (logicalId: string) => string;
  readonly constructOf: (logicalId: string) => string;
}

/** The files of templates, by the names of variants. */
export type FilesOfVariants = { readonly [variant: string]: readonly string[] };

/** The templates of all variants, in a folder in which nothing else is: what is the same in several is there once, and judged once. A list of them lies beside the folder. */
export function writeTemplates(variants: readonly JudgedVariant[], out: string): JudgedTemplate[] {
  fs.rmSync(out, { recursive: true, force: true });
  const written = new Map<string, string>();
  const templates = variants.map((variant) => [nameOf(variant), templatesOf(variant, out, written)] as const);
  const files: FilesOfVariants = Object.fromEntries(templates.map(([name, ofVariant]) => [name, ofVariant.map(({ file }) => file)]));
  fs.writeFileSync(listOf(out), JSON.stringify(files));
  return templates.flatMap(([, ofVariant]) => ofVariant);
}

/** What was written to a folder before. */
export function writtenTemplates(out: string): FilesOfVariants {
  return JSON.parse(fs.readFileSync(listOf(out), 'utf8')) as FilesOfVariants;
}

const listOf = (out: string): string => `${out}.json`;

/** The templates of a variant, those that are not written yet copied to a folder of its own. */
function templatesOf(variant: JudgedVariant, out: string, written: Map<string, string>): JudgedTemplate[] {
  // cross-stack references by export: the linters do not know the intrinsic function by which weak ones are rendered
  const app = loadExample(variant.example, { ...contextOf(variant), '@aws-cdk/core:defaultCrossStackReferences': 'strong' });
  const folder = path.join(out, variant.example, `${variant.profile}${variant.hasDomain ? '-with-domain' : ''}${variant.choice ? `-${variant.choice.name}` : ''}`);
  fs.mkdirSync(folder, { recursive: true });
  return synthesizedStacks<object>(app).map(({ id, file: synthesized }) => {
    const text = fs.readFileSync(synthesized, 'utf8');
    const file = written.get(text) ?? path.join(folder, `${id.replaceAll('/', '-')}.json`);
    if (!written.has(text)) fs.copyFileSync(synthesized, file);
    written.set(text, file);
    const resources = resourcesOf(app.node.findAll().find(({ node }) => node.path === id) as Stack);
    const resource = (logicalId: string): CfnResource => {
      const found = resources.get(logicalId);
      if (!found) throw new Error(`${file} has no resource '${logicalId}'`);
      return found;
    };
    return {
      ...variant,
      file,
      typeOf: (logicalId) => resource(logicalId).cfnResourceType,
      constructOf: (logicalId) => readablePath(resource(logicalId).node.path),
    };
  });
}

function resourcesOf(stack: Stack): Map<string, CfnResource> {
  const resources = stack.node.findAll().filter(CfnResource.isCfnResource).filter((resource) => resource.stack === stack);
  return new Map(resources.map((resource) => [stack.resolve(resource.logicalId) as string, resource]));
}
