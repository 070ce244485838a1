// Cloud assemblies: what `cdk synth` writes, read for a deployment without the CLI.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { promisify } from 'util';

const SYNTH_SECONDS = 120;

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  readonly id: string;
  readonly stackName: string;
  readonly template: string;
  readonly terminationProtection: boolean;
  readonly tags: { readonly [name: string]: string };
  /** Ids of the stacks that must be deployed before. */
  readonly dependencies: readonly string[];
  readonly assets: readonly FileAsset[];
}

/** A file or folder that a template expects in a bucket. */
export interface FileAsset {
  readonly file: string;
  readonly isFolder: boolean;
  readonly bucketName: string;
  readonly objectKey: string;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: string[];
  readonly displayName?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly terminationProtection?: boolean;
    readonly tags?: { [name: string]: string };
    readonly file?: string;
  };
}

interface AssetManifest {
  readonly dockerImages?: { readonly [id: string]: unknown };
  readonly files?: {
    readonly [id: string]: {
      readonly source: { readonly path?: string; readonly packaging?: string };
      readonly destinations: { readonly [id: string]: { readonly bucketName: string; readonly objectKey: string } };
    };
  };
}

/** The stacks of an assembly. */
export function readAssembly(folder: string): AssemblyStack[] {
  const { artifacts } = readJson<{ artifacts: { [id: string]: Artifact } }>(path.join(folder, 'manifest.json'));
  const isStack = (id: string) => artifacts[id]?.type === 'aws:cloudformation:stack';
  return Object.keys(artifacts).filter(isStack).map((id) => {
    const { dependencies = [], properties } = artifacts[id];
    const manifests = dependencies.filter((dependency) => artifacts[dependency]?.type === 'cdk:asset-manifest');
    return {
      id,
      stackName: properties!.stackName ?? id,
      template: fs.readFileSync(path.join(folder, properties!.templateFile!), 'utf8'),
      terminationProtection: properties!.terminationProtection ?? false,
      tags: properties!.tags ?? {},
      dependencies: dependencies.filter(isStack),
      assets: manifests.flatMap((manifest) => readAssets(folder, artifacts[manifest].properties!.file!)),
    };
  });
}

/** Synthesize a CDK app in a process of its own, as its user would, and return the folder of the assembly. */
export async function synthesize(
  root: string, app: string, out: string, context: { readonly [name: string]: unknown } = {},
): Promise<string> {
  const folder = path.dirname(app);
  const cdkJson = path.join(folder, 'cdk.json');
  const ownContext = fs.existsSync(cdkJson) ? readJson<{ context?: object }>(cdkJson).context : {};
  fs.rmSync(out, { recursive: true, force: true });
  await promisify(execFile)(process.execPath, ['--import', require.resolve('tsx'), path.basename(app)], {
    cwd: folder,
    timeout: SYNTH_SECONDS * 1000,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify({ ...ownContext, ...context }),
      CDK_VALIDATION: 'false',
      // an example imports the library by its name, as outside of this repository
      TSX_TSCONFIG_PATH: path.join(root, 'tsconfig.dev.json'),
    },
  });
  return out;
}

function readAssets(folder: string, file: string): FileAsset[] {
  const { files = {}, dockerImages = {} } = readJson<AssetManifest>(path.join(folder, file));
  const [image] = Object.keys(dockerImages);
  if (image !== undefined) throw new Error(`the sandbox has no Docker, image asset '${image}' cannot be built: use an image of a repository`);
  return Object.values(files)
    // the templates themselves are handed over with the call
    .filter(({ source }) => source.path !== undefined && !source.path.endsWith('.template.json'))
    .flatMap(({ source, destinations }) => Object.values(destinations).map(({ bucketName, objectKey }) => ({
      file: path.join(folder, source.path!), isFolder: source.packaging === 'zip', bucketName, objectKey,
    })));
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}
