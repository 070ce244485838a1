// The front ends of the examples: their own tests, run without what they install, and locks that name no registry.
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

describe.each(['two-services-ghcr', 'fillup-pwa'])('the front end of %s', (example) => {
  const web = path.join(EXAMPLES, example, 'web');
  const read = (file: string) => JSON.parse(fs.readFileSync(path.join(web, file), 'utf8')) as Record<string, Record<string, any>>;

  test('does what its own tests promise', () => {
    const [, ...files] = /^node --test (.+)$/.exec(read('package.json').scripts.test)!;
    const { status, stdout, stderr } = spawnSync(`"${process.execPath}" --test ${files}`, { cwd: web, shell: true, encoding: 'utf8', timeout: 60_000 });
    expect(status === 0 ? '' : stdout + stderr).toBe('');
  }, 70_000);

  test('takes its packages, each in one exact version, from the registry of whoever installs them', () => {
    const packages = Object.entries(read('package-lock.json').packages as Record<string, { resolved?: string; integrity?: string }>).filter(([name]) => name !== '');
    expect(packages.length).toBeGreaterThan(3);
    expect(packages.filter(([, { resolved, integrity }]) => resolved !== undefined || integrity === undefined)).toEqual([]);
    expect(fs.readFileSync(path.join(web, '.npmrc'), 'utf8')).toContain('omit-lockfile-registry-resolved=true');
    const { dependencies, devDependencies } = read('package.json');
    expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('has a lock with everything that its packages want, or `npm ci` would refuse it', () => {
    const packages = Object.entries(read('package-lock.json').packages as Record<string, Record<string, Record<string, string>>>);
    const known = new Set(packages.map(([at]) => at.split('node_modules/').pop()));
    const wanted = packages.flatMap(([, of]) => Object.keys({ ...of.dependencies, ...of.devDependencies, ...of.optionalDependencies }));
    expect(wanted.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('the page of fillup-pwa', () => {
  const page = fs.readFileSync(path.join(EXAMPLES, 'fillup-pwa', 'web', 'index.html'), 'utf8');

  test('has no script, style or handler of its own, which its Content-Security-Policy would refuse', () => {
    expect(page.match(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/g)).toBeNull();
  });

  test('asks nothing of another site', () => {
    expect(page.match(/(?:src|href)="(?!\/[^/])/g)).toBeNull();
  });
});

interface Manifest { icons: Array<{ src: string; sizes: string; type: string; purpose?: string }> }

describe('fillup-pwa can be installed', () => {
  const web = path.join(EXAMPLES, 'fillup-pwa', 'web');
  const config = fs.readFileSync(path.join(web, 'vite.config.js'), 'utf8');
  // what the build writes to manifest.webmanifest, and links from the page
  const manifest = new Function(`return ${/manifest: (\{[^]*?\n {6}\}),/.exec(config)![1]}`)() as Manifest;

  test('with a name, a page to start at and a window of its own', () => {
    expect(manifest).toMatchObject({ name: 'FillUp', short_name: 'FillUp', start_url: '/', scope: '/', display: 'standalone' });
  });

  test('with icons of the sizes that browsers ask for, one of them to be cut to any shape', () => {
    expect(manifest.icons.map(({ sizes, type, purpose = 'any' }) => `${sizes} ${type} ${purpose}`))
      .toEqual(['192x192 image/png any', '512x512 image/png any', '512x512 image/png maskable']);
  });

  test.each(manifest.icons.map(({ src, sizes }) => [src, sizes]))('and %s is there, a PNG of %s', (src, sizes) => {
    const file = fs.readFileSync(path.join(web, 'public', src));
    expect([file.toString('latin1', 1, 4), `${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`]).toEqual(['PNG', sizes]);
  });
});
