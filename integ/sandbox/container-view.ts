// How a container finds its volumes: at their paths where this machine can give a process a view of its own, else by paths that are replaced.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { GuardedProcess } from './processes';

const MOUNTS = path.join(__dirname, 'emulator', 'mounts.py');

/** A folder of this machine at a path of the container. */
export interface ContainerMount {
  readonly folder: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

/** What a container is run with. */
export interface View {
  readonly command: readonly string[];
  readonly environment: { readonly [name: string]: string };
}

/** Shows containers their volumes. */
export class ContainerViews {
  /** Find out by trying whether this machine lets a process have mounts of its own: on Linux as root, or where user namespaces are open. */
  public static async open(python: string, folder: string): Promise<ContainerViews> {
    const [root, volume] = ['root', 'volume'].map((name) => path.join(folder, 'views', name));
    for (const empty of [root, volume]) fs.mkdirSync(empty, { recursive: true });
    if (os.platform() !== 'linux') return new ContainerViews(python, root, false);
    fs.writeFileSync(path.join(volume, 'file'), '');
    const mount = { folder: volume, containerPath: '/patternbook/volume', readOnly: true };
    const trial = new GuardedProcess(python, {
      ...new ContainerViews(python, root, true).view(['test', '-f', '/patternbook/volume/file'], { PATH: process.env.PATH! }, [mount]),
      logFile: path.join(folder, 'logs', 'views.log'),
    });
    return new ContainerViews(python, root, await trial.exit === 0);
  }

  private constructor(private readonly python: string, private readonly root: string, private readonly hasMounts: boolean) {}

  /** A command with its environment, run so that it finds the volumes at their paths. */
  public view(command: readonly string[], environment: { readonly [name: string]: string }, mounts: readonly ContainerMount[]): View {
    if (mounts.length === 0) return { command, environment };
    if (this.hasMounts) {
      const options = mounts.flatMap(({ folder, containerPath, readOnly }) => ['--mount', `${folder}:${containerPath}${readOnly ? ':ro' : ''}`]);
      return { command: [this.python, '-I', MOUNTS, '--root', this.root, ...options, '--', ...command], environment };
    }
    const readOnly = mounts.find((mount) => mount.readOnly);
    if (readOnly) throw new Error(`this machine cannot mount ${readOnly.containerPath} read-only: run the sandbox on Linux, as root or where user namespaces are open`);
    const there = (value: string) => mounts.reduce((text, { containerPath, folder }) => replacePath(text, containerPath, folder), value);
    return {
      command: command.map(there),
      environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, there(value)])),
    };
  }
}

/** Replaces a path where it stands alone or leads on: not within another path or name. */
export function replacePath(text: string, from: string, to: string): string {
  const pattern = new RegExp(`(?<![\\w./-])${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`, 'g');
  return text.replace(pattern, () => to);
}
