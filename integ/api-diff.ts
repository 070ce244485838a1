// Holds the API against that of the last release: what others build on may grow, but neither go nor change, unless the version says so.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');
const NAME = 'cdk-patternbook';

interface Finding { readonly exit: number; readonly text: string }

/** A new folder for a release, from which the assemblies of the CDK are found. Not below the project, where API.md would be made from that release. */
export function folderForRelease(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patternbook-release-'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

/** Whether a step from one version to another may break: a new major version, or a new minor one before 1.0.0. */
export function mayBreak(from: string, to: string): boolean {
  const [[fromMajor, fromMinor], [toMajor, toMinor]] = [from, to].map((version) => version.replace(/^v/, '').split('.').map(Number));
  return toMajor > fromMajor || (fromMajor === 0 && toMajor === 0 && toMinor > fromMinor);
}

/** Compare the compiled assembly of this checkout with the package in a folder. */
export function compare(released: string, current = ROOT): Finding {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, 'node_modules', 'jsii-diff', 'bin', 'jsii-diff'), released, current, '--keys'], {
    encoding: 'utf8', cwd: ROOT, env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' },
  });
  return { exit: status ?? 1, text: `${stdout}${stderr}`.trim() };
}

/**
 * What a comparison means for a release.
 *
 * @param upgrading text of docs/upgrading.md, which a breaking release must have an entry in
 */
export function judge({ exit, text }: Finding, from: string, to: string, upgrading: string): Finding {
  if (exit === 0) return { exit: 0, text: `nothing that ${from} offers is gone or changed` };
  if (!mayBreak(from, to)) {
    return { exit: 1, text: `${text}\n\n${to} would break what is built on ${from}: bring it back, or commit with 'BREAKING CHANGE:' so that the version says so` };
  }
  if (!upgrading.includes(`## ${to}`)) return { exit: 1, text: `${text}\n\n${to} breaks what is built on ${from}: docs/upgrading.md must say how to move, under '## ${to}'` };
  return { exit: 0, text: `${text}\n\n${to} may break, and docs/upgrading.md says how to move` };
}

function lastRelease(): string | undefined {
  const { status, stdout } = spawnSync('git', ['describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD'], { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim().replace(/^v/, '') : undefined;
}

function download(version: string, folder: string): string {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', `${NAME}@${version}`, '--silent'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${NAME} ${version} cannot be fetched: ${stderr}`);
  spawnSync('tar', ['xzf', stdout.trim()], { cwd: folder });
  return path.join(folder, 'package');
}

if (require.main === module) {
  const from = lastRelease();
  if (from === undefined) {
    console.log('there is no release yet, so nothing to hold the API against');
  } else {
    const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const upgrading = fs.readFileSync(path.join(ROOT, 'docs', 'upgrading.md'), 'utf8');
    const folder = folderForRelease();
    try {
      const { exit, text } = judge(compare(download(from, folder)), from, version, upgrading);
      console.log(text);
      process.exitCode = exit;
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }
}
