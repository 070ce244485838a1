// A site as a pipeline has it: built from its folder, uploaded by the AWS command line with the commands that its stack gives out.
import { execFile } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { promisify } from 'util';
import { ImageMap, ImageStore } from '../sandbox/images';
import { emulatorPython, pythonEnvironment } from '../sandbox/python';
import { Sandbox } from '../sandbox/sandbox';

const ROOT = path.join(__dirname, '..', '..');
const UPLOAD_SECONDS = 60;

/**
 * Build the site of an example, or take it as it was built; the folder in which `web/dist` is.
 *
 * @param example whose sandbox.json says under `site` how that is done, like an image
 */
export async function buildSite(example: string): Promise<string> {
  const folder = path.join(ROOT, 'examples', example);
  const map = JSON.parse(fs.readFileSync(path.join(folder, 'sandbox.json'), 'utf8')) as ImageMap;
  const { venv } = await new ImageStore(ROOT, await emulatorPython(ROOT), folder, map).build('site');
  return venv;
}

/** Run commands of the AWS command line one after the other, in a folder, with the sandbox as their account. */
export async function runAws(sandbox: Sandbox, commands: readonly string[], folder: string): Promise<void> {
  const requirements = path.join(__dirname, 'aws-cli-requirements.txt');
  const python = await pythonEnvironment(path.join(ROOT, '.sandbox', 'aws-cli'), requirements);
  // nothing of the user's own account is read
  const environment = {
    ...sandbox.environment,
    PATH: `${path.dirname(python)}:${process.env.PATH}`,
    HOME: sandbox.logFolder,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  for (const command of commands) {
    await promisify(execFile)('sh', ['-c', command], { cwd: folder, env: environment, timeout: UPLOAD_SECONDS * 1000 });
  }
}
