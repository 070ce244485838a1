// `npm run integ:aws` deploys nothing by accident. Its dry run takes longer than a unit test may, and is a step of its own.
import { spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import * as http from 'http';
import { AddressInfo } from 'net';
import * as os from 'os';
import * as path from 'path';
import { IMAGE_VARIABLE, planIn } from '../integ/real-account/plan';

const ROOT = path.join(__dirname, '..');

function run(...words: string[]): { status: number | null; stderr: string } {
  const { AWS_PROFILE: _, AWS_ACCESS_KEY_ID: __, ...environment } = process.env;
  return spawnSync(process.execPath, ['--import', 'tsx', path.join('integ', 'run-integ-aws.ts'), ...words], {
    cwd: ROOT, encoding: 'utf8', env: { ...environment, HOME: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' },
  });
}

test('without credentials it refuses, and says how to get some', () => {
  const { status, stderr } = run('--account', '111111111111');
  expect(status).toBe(1);
  expect(stderr).toContain('there are no AWS credentials that work (');
  expect(stderr).toContain('log in to an account of your own, for example with `aws sso login`, and name its profile by --profile; or see what would be deployed with --dry-run');
}, 30_000);

test.each([['another account', ['--account', '111111111111'], '111111111111'], ['no account', [], 'none']])('named %s than that of the credentials, it deploys nothing', async (_, words, got) => {
  const answer = '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>222222222222</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
  const calls: string[] = [];
  const server = http.createServer((request, response) => {
    request.on('data', (body: Buffer) => calls.push(/Action=(\w+)/.exec(String(body))![1]));
    response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const child = spawn(process.execPath, ['--import', 'tsx', path.join('integ', 'run-integ-aws.ts'), ...words], {
      cwd: ROOT, env: { ...process.env, AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'some', AWS_SECRET_ACCESS_KEY: 'some' },
    });
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => { stderr += String(text); });
    const status = await new Promise((resolve) => child.once('exit', resolve));
    expect(status).toBe(1);
    expect(stderr).toContain(`'--account' must be the account of the credentials, 222222222222, got ${got}: add --account 222222222222 if it is one in which nothing else matters`);
    expect(calls).toEqual(['GetCallerIdentity']);
  } finally {
    server.close();
  }
}, 30_000);

test('an option that it does not know is refused', () => {
  const { status, stderr } = run('--acount', '111111111111');
  expect(status).toBe(1);
  expect(stderr).toContain("Unknown option '--acount'");
}, 30_000);

test('a test that there is not is refused', () => {
  expect(() => planIn(fs.mkdtempSync(path.join(os.tmpdir(), 'plan-')), ['integ.other.ts'], {})).toThrow(/^there is no test integ\.other\.ts in integ\/: choose among integ\./);
});

test('tests that need an image are left out without one', () => {
  const needy = fs.readdirSync(path.join(ROOT, 'integ')).filter((file) => /^integ\..*\.ts$/.test(file))
    .filter((file) => fs.readFileSync(path.join(ROOT, 'integ', file), 'utf8').includes(IMAGE_VARIABLE));
  expect(needy).toContain('integ.ha-container-web-app.ts');
  expect(planIn(fs.mkdtempSync(path.join(os.tmpdir(), 'plan-')), needy, {})).toEqual({ tests: [], leftOut: needy });
});
