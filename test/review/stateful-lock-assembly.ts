// Templates of a synthesized app, changed as code could change them.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { IPolicyValidationContext } from 'aws-cdk-lib';

interface Definition { Type: string; Properties?: Record<string, unknown>; [attribute: string]: unknown }
interface Template { Resources: Record<string, Definition>; [section: string]: unknown }

/** Copies of the templates that a plugin is to look at. */
export class AlteredAssembly {
  /** What a plugin is given for the app with these changes. */
  public static of(context: IPolicyValidationContext, change: (assembly: AlteredAssembly) => void): IPolicyValidationContext {
    const templates = context.stackTemplates.map(({ templatePath }) => JSON.parse(fs.readFileSync(templatePath, 'utf8')) as Template);
    const assembly = new AlteredAssembly(templates);
    change(assembly);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'altered-'));
    const stackTemplates = context.stackTemplates.map(({ stackConstructPath, templatePath }, index) => {
      const file = path.join(folder, path.basename(templatePath));
      fs.writeFileSync(file, JSON.stringify(assembly.templates[index]));
      return { stackConstructPath, templatePath: file };
    });
    return { ...context, stackTemplates, templatePaths: stackTemplates.map(({ templatePath }) => templatePath) };
  }

  private constructor(public templates: Template[]) { }

  /** Give a resource another logical id, wherever it is mentioned. */
  public rename(from: string, to: string): void {
    this.definition(from);
    this.templates = JSON.parse(JSON.stringify(this.templates).replaceAll(`"${from}"`, `"${to}"`));
  }

  /** Set a property, given its path with slashes. */
  public set(id: string, property: string, value: unknown): void {
    const names = property.split('/');
    const last = names.pop()!;
    const definition = this.definition(id);
    definition.Properties ??= {};
    const parent = names.reduce<Record<string, unknown>>((object, name) => (object[name] ??= {}) as Record<string, unknown>, definition.Properties);
    parent[last] = value;
  }

  /** Take away an attribute, such as a deletion policy. */
  public unset(id: string, attribute: string): void {
    if (!(attribute in this.definition(id))) throw new Error(`${id} has no ${attribute}`);
    delete this.definition(id)[attribute];
  }

  /** Take away a resource, in whichever template it is. */
  public remove(id: string): void {
    const definition = this.definition(id);
    for (const { Resources } of this.templates.filter((template) => template.Resources[id] === definition)) delete Resources[id];
  }

  /** A resource, in whichever template it is. */
  public definition(id: string): Definition {
    const found = this.templates.map(({ Resources }) => Resources[id]).find((definition) => definition !== undefined);
    if (!found) throw new Error(`no resource ${id}`);
    return found;
  }

  /** All resources. */
  public get resources(): Array<[id: string, definition: Definition]> {
    return this.templates.flatMap(({ Resources }) => Object.entries(Resources));
  }
}
