// Container images without containers: a folder, what sets it up and what starts it, as an example's sandbox.json tells.
import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { fillIn } from './environment';
import { runToEnd } from './processes';
import { makeOnce } from './python';

const SETUP_SECONDS = 300;
/** What is never part of an image, as a .dockerignore would say. */
const LEFT_OUT = new Set(['.venv', 'venv', '__pycache__', 'node_modules', '.pytest_cache', '.git']);

/** How an image is made and started. */
export interface ImageSource {
  /** Folder of its files, relative to the sandbox.json. */
  readonly directory: string;
  /** Folders laid over it, in order: a version that differs by a few files. */
  readonly overlays?: readonly string[];
  /** Commands that make the environment `{venv}`, run once as long as they and the files and folders they name are unchanged. */
  readonly setup?: ReadonlyArray<readonly string[]>;
  /** What starts it unless the task definition has a command: `{HOST}`, `{PORT}` and `{venv}` are filled in. */
  readonly command: readonly string[];
  /** Environment variables of the image. */
  readonly environment?: { readonly [name: string]: string };
}

/** An image, and what its tags change in it. */
export interface TaggedImageSource extends ImageSource {
  readonly tags?: { readonly [tag: string]: Partial<ImageSource> };
}

/** The content of a sandbox.json: images by a part of their repository's name. */
export interface ImageMap {
  readonly images: { readonly [repository: string]: TaggedImageSource };
}

/** An image that can be started. */
export interface BuiltImage {
  readonly directory: string;
  readonly venv: string;
  readonly command: readonly string[];
  readonly environment: { readonly [name: string]: string };
}

/** What runs for public images, unless a sandbox.json says otherwise. `{programs}` is where the emulator's packages have theirs. */
const PUBLIC_IMAGES: ImageMap['images'] = {
  'docker/library/redis': {
    directory: path.join(__dirname, 'redis'),
    setup: [['cp', '-R', 'bin', '{venv}/bin']],
    command: ['redis-server'],
    environment: { REDIS_PROGRAMS: '{programs}' },
  },
};

/** The source of an image, by the longest name that its repository holds. */
export function findImage(map: ImageMap, image: string): ImageSource {
  const { repository, tag } = parseImage(image);
  const tagged = longestMatch(map.images, repository) ?? longestMatch(PUBLIC_IMAGES, repository);
  if (tagged === undefined) {
    throw new Error(`CannotPullContainerError: sandbox.json has no image for '${image}', it has: ${Object.keys(map.images).join(', ') || 'none'}`);
  }
  const { tags, ...source } = tagged;
  if (tags !== undefined && tags[tag] === undefined) {
    throw new Error(`CannotPullContainerError: '${image}' has no tag '${tag}' in sandbox.json, it has: ${Object.keys(tags).join(', ')}`);
  }
  return { ...source, ...tags?.[tag] };
}

function longestMatch(images: ImageMap['images'], repository: string): TaggedImageSource | undefined {
  return images[Object.keys(images).filter((part) => repository.includes(part)).sort((a, b) => b.length - a.length)[0]];
}

/** Repository and tag of an image's name; a digest is taken as the tag. */
export function parseImage(image: string): { repository: string; tag: string } {
  const match = /^(.*?)(?:@sha256:(\w+)|:([\w.-]+))?$/.exec(image)!;
  return { repository: match[1], tag: match[2] ?? match[3] ?? 'latest' };
}

/** Makes images once; they are copies, so that a running version does not change with its sources. */
export class ImageStore {
  constructor(private readonly root: string, private readonly python: string, private readonly folder: string, private readonly map: ImageMap) {}

  /** Make an image, or take it as it was made. */
  public async build(image: string): Promise<BuiltImage> {
    const source = findImage(this.map, image);
    const layers = [source.directory, ...source.overlays ?? []].map((layer) => path.resolve(this.folder, layer));
    for (const layer of layers) {
      if (!fs.existsSync(layer)) throw new Error(`CannotPullContainerError: the folder '${layer}' of image '${image}' does not exist`);
    }
    const content = hashOf('', layers);
    const directory = path.join(this.root, '.sandbox', 'images', content.slice(0, 16));
    await makeOnce(directory, content, async () => {
      for (const layer of layers) fs.cpSync(layer, directory, { recursive: true, filter: (file) => !LEFT_OUT.has(path.basename(file)) });
    });
    const venv = await this.setUp(source.setup ?? [], directory);
    const places = { venv, programs: path.dirname(this.python) };
    return {
      directory,
      venv,
      command: source.command,
      environment: Object.fromEntries(Object.entries(source.environment ?? {}).map(([name, value]) => [name, fillIn([value], places)[0]])),
    };
  }

  private async setUp(setup: ReadonlyArray<readonly string[]>, directory: string): Promise<string> {
    const inputs = setup.flat().filter((word) => fs.existsSync(path.join(directory, word)));
    const digest = createHash('sha256').update(JSON.stringify(setup)).update(hashOf(directory, inputs)).digest('hex');
    // npm takes a folder behind a link for another package
    const venv = path.join(fs.realpathSync(path.join(this.root, '.sandbox')), 'venvs', digest.slice(0, 16));
    await makeOnce(venv, digest, async () => {
      for (const command of setup) {
        const logFile = path.join(venv, 'setup.log');
        await runToEnd(this.python, { command: fillIn(command, { venv }), directory, environment: process.env, logFile }, SETUP_SECONDS);
      }
    });
    return venv;
  }
}

/** A hash over files and folders, and their names below a folder. */
function hashOf(below: string, names: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (name: string) => {
    const file = path.join(below, name);
    if (LEFT_OUT.has(path.basename(file))) return;
    if (fs.statSync(file).isDirectory()) {
      for (const entry of fs.readdirSync(file).sort()) add(path.join(name, entry));
    } else {
      hash.update(`${name}\0`).update(fs.readFileSync(file));
    }
  };
  names.forEach(add);
  return hash.digest('hex');
}
