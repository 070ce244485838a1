// Every example in every variant under both flag sets, each as an assembly.
import * as fs from 'fs';
import * as path from 'path';
import { exampleNames, loadExample } from '../example-app';
import { FLAG_SETS, withFlags } from '../flag-sets';
import { variantsOf } from './example-variants';

/** An assembly to be made. */
export interface ExampleAssembly {
  readonly example: string;
  readonly variant: string;
  /** Name of the flag set. */
  readonly flags: string;
  readonly folder: string;
  readonly make: () => void;
}

const suffixOf = (flags: Record<string, unknown>): string => (Object.keys(flags).length === 0 ? '-without-flags' : '');

/**
 * The assemblies of all examples, each made by its `make()`: `<out>/<example>/<variant>`, and `<variant>-without-flags`.
 *
 * @param settings context of the check itself, which stays when flags are taken away
 */
export function exampleAssemblies(out: string, settings: Record<string, unknown> = {}): ExampleAssembly[] {
  return exampleNames().flatMap((example) => variantsOf(example).flatMap((variant) => FLAG_SETS.map(([name, flags]) => {
    const folder = path.join(out, example, `${variant.name}${suffixOf(flags)}`);
    const make = (): void => {
      fs.rmSync(folder, { recursive: true, force: true });
      loadExample(example, { ...withFlags(variant.context(example), flags), ...settings }, { outdir: folder }).synth();
    };
    return { example, variant: variant.name, flags: name, folder, make };
  })));
}
