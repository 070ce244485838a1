// The newest aws-cdk-lib, in an install of its own: the other end of the range that users may have.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

/** What is installed. */
export const NEWEST = { 'aws-cdk-lib': '2.276.0', 'constructs': '10.8.1' };
/** Where. */
export const NEWEST_FOLDER = path.join(ROOT, '.sandbox', 'newest-cdk');
/** Its packages. */
export const NEWEST_MODULES = path.join(NEWEST_FOLDER, 'node_modules');

/** Environment of a process that shall use it. */
export const NEWEST_ENVIRONMENT = {
  PATTERNBOOK_CDK: NEWEST_MODULES,
  NODE_OPTIONS: `--require ${path.join(__dirname, 'resolve.cjs')}`,
};

/** Install it unless it is there. */
export function installNewest(): void {
  fs.mkdirSync(NEWEST_FOLDER, { recursive: true });
  fs.writeFileSync(path.join(NEWEST_FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies: NEWEST }));
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--silent'], { cwd: NEWEST_FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm install ended with ${status}: ${stderr}`);
}
