// Apps without an output folder get one from the CDK, which leaves it: a run of the tests makes thousands, so it has a folder of its own for them.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

export default function setup(): void {
  process.env.TMPDIR = fs.mkdtempSync(path.join(os.tmpdir(), 'tests-'));
}

export function teardown(): void {
  fs.rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
