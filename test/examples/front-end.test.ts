// The front end of two-services-ghcr: its server as it serves, and a lock that names no registry.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const WEB = path.join(__dirname, '..', '..', 'examples', 'two-services-ghcr', 'web');

test('its server does what its own tests promise', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--test', 'server.test.mjs'], { cwd: WEB, encoding: 'utf8', timeout: 60_000 });
  expect(status === 0 ? '' : stdout + stderr).toBe('');
}, 70_000);

test('its packages come from the registry of whoever installs them', () => {
  const lock = JSON.parse(fs.readFileSync(path.join(WEB, 'package-lock.json'), 'utf8')) as { packages: Record<string, { resolved?: string; integrity?: string }> };
  const packages = Object.entries(lock.packages).filter(([name]) => name !== '');
  expect(packages.length).toBeGreaterThan(3);
  expect(packages.filter(([, { resolved, integrity }]) => resolved !== undefined || integrity === undefined)).toEqual([]);
});
