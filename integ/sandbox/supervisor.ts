// The process that owns the emulator, the databases and the tasks. It ends with its owner unless it is told to stay.
import * as fs from 'fs';
import * as path from 'path';
import { Aws } from './aws';
import { ContainerViews } from './container-view';
import { ControlServer, Handler } from './control';
import { DatabaseRequest, Databases } from './databases';
import { Doors } from './doors';
import { Emulator } from './emulator';
import { FunctionRequest, Functions } from './functions';
import { ImageMap, ImageStore } from './images';
import { LoopbackBlock } from './loopback';
import { Network } from './network';
import { findPostgres, removeRun } from './postgres-binaries';
import { within } from './processes';
import { DatabaseProxies, ProxyRequest } from './proxies';
import { Schedules } from './schedules';
import { ServiceProperties } from './service-properties';
import { Services } from './services';
import { KEPT_MARKER, SupervisorConfig, SupervisorState } from './supervisor-config';
import { Volumes } from './volumes';

const DATABASE_SECONDS = 90;
const SERVICE_SECONDS = 600;
const FUNCTION_SECONDS = 360;
const STOP_SECONDS = 20;

interface FunctionStartRequest {
  readonly name: string;
  readonly variables: { readonly [name: string]: string };
  readonly requirements?: string | null;
}

async function main(config: SupervisorConfig): Promise<void> {
  let stopping = false;
  let staysWithoutOwner = false;
  let emulator: Emulator | undefined;
  let services: Services;
  let databases: Databases;
  let proxies: DatabaseProxies;
  let doors: Doors;
  let schedules: Schedules;
  let functions: Functions;

  const stop = async () => {
    if (stopping) return;
    stopping = true;
    // what does not end in time is ended by its guard, which sees that the supervisor is gone
    setTimeout(() => {
      removeRun(config.runFolder);
      process.exit(1);
    }, STOP_SECONDS * 1000).unref();
    await Promise.allSettled(services?.list().map(({ arn }) => services.remove(arn)) ?? []);
    await Promise.allSettled(databases?.list().map(({ id }) => databases.remove(id)) ?? []);
    await emulator?.stop();
    removeRun(config.runFolder);
    process.exit(0);
  };
  // the owner holds the other end of the pipe: when it closes, the owner is gone, however it ended
  process.stdin.on('end', () => staysWithoutOwner || void stop()).on('error', () => undefined).resume();
  // one task's trouble must not end the others; it is in the log
  process.on('unhandledRejection', (reason) => console.error(reason));
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  const handlers: { [name: string]: Handler } = {
    'emulator/service': async ({ arn, properties, previous }: { arn: string; properties: ServiceProperties; previous?: ServiceProperties }) =>
      within(SERVICE_SECONDS, `the deployment of ${arn}`, services.put(arn, properties, previous ?? undefined)),
    'emulator/service-delete': async ({ arn }: { arn: string }) => services.remove(arn),
    'emulator/capacity': async ({ resource, min, max }: { resource: string; min: number; max: number }) => services.scale(resource, { min, max }),
    'emulator/database': async (request: DatabaseRequest) => within(DATABASE_SECONDS, `the start of database ${request.id}`, databases.put(request)),
    'emulator/database-delete': async ({ id }: { id: string }) => databases.remove(id),
    'emulator/proxy': async (request: ProxyRequest) => proxies.put(request),
    'emulator/proxy-delete': async ({ id }: { id: string }) => proxies.remove(id),
    'emulator/function': async (request: FunctionRequest) => within(FUNCTION_SECONDS, `the check of function ${request.name}`, functions.put(request)),
    'emulator/function-image': async ({ image }: { image: string }) => functions.image(image),
    'emulator/function-delete': async ({ name }: { name: string }) => functions.remove(name),
    'emulator/function-start': async ({ name, variables, requirements }: FunctionStartRequest) => functions.start(name, variables, requirements),
    'emulator/function-text': async ({ name, text }: { name: string; text: string }) => ({ text: await functions.localize(name, text) }),
    'client/status': async () => ({
      doors: await doors.list(), databases: databases.list(), services: services.list(), functions: functions.list(),
    }),
    'client/kill-database': async ({ id }: { id: string }) => databases.kill(id),
    'client/kill-task': async ({ service }: { service: string }) => services.killTask(service),
    'client/fire-schedule': async ({ name }: { name: string }) => ({ done: await schedules.fire(name) }),
    'client/keep': async () => {
      staysWithoutOwner = true;
      fs.writeFileSync(path.join(config.runFolder, KEPT_MARKER), '');
    },
    'client/stop': async () => { setImmediate(() => void stop()); },
  };
  const control = await ControlServer.start(config.token, handlers);
  const { python, root, runFolder, token, minuteMilliseconds } = config;
  emulator = await Emulator.start({ python, root, runFolder, supervisor: control.url, token, minuteMilliseconds });
  void emulator.ended.then(() => stop());
  const aws = new Aws(emulator.endpoint);
  const network = new Network(aws);
  const logFolder = path.join(runFolder, 'logs');
  databases = new Databases(python, findPostgres(runFolder), logFolder, network);
  proxies = new DatabaseProxies(aws, network, databases);
  doors = new Doors(aws, network);
  const taskFolder = path.join(runFolder, 'tasks');
  const addresses = await LoopbackBlock.claim();
  const imageMap = config.images ? JSON.parse(fs.readFileSync(config.images, 'utf8')) as ImageMap : { images: {} };
  const images = new ImageStore(root, python, config.images ? path.dirname(config.images) : root, imageMap);
  services = new Services({
    aws,
    python,
    root,
    network,
    databases,
    proxies,
    logFolder,
    taskFolder,
    views: await ContainerViews.open(python, runFolder),
    volumes: new Volumes(aws, network, path.join(runFolder, 'file-systems'), taskFolder),
    addresses,
    images,
    startSeconds: config.startSeconds,
    minuteMilliseconds,
  });
  schedules = new Schedules(aws, databases, services);
  functions = new Functions({ aws, python, root, network, addresses, images, peers: (end) => services.peers(end) });

  const state: SupervisorState = { pid: process.pid, control: control.url, token, endpoint: emulator.endpoint };
  const file = path.join(runFolder, 'supervisor.json');
  fs.writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

main(JSON.parse(process.env.SANDBOX_CONFIG!) as SupervisorConfig).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
