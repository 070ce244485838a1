// Synthesizes every example in every profile as its user would, with CloudFormation's schema validation on, findings being errors.
import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { exampleNames, exampleContext, PROFILES } from './example-app';

const ROOT = path.join(__dirname, '..');

/** Context a user would give on the command line, so that TLS and DNS are validated too. */
const WITH_DOMAIN = { domain: 'api.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };

function synthesize(example: string, profile: string, folder: string, further: Record<string, unknown>): void {
  const out = path.join(ROOT, 'cdk.out', 'examples', example, folder);
  fs.rmSync(out, { recursive: true, force: true });
  execFileSync(process.execPath, ['--import', 'tsx', 'app.ts'], {
    cwd: path.join(ROOT, 'examples', example),
    stdio: 'inherit',
    env: {
      ...process.env,
      CDK_OUTDIR: out,
      CDK_CONTEXT_JSON: JSON.stringify(exampleContext(example, profile, further)),
      CDK_VALIDATION: 'true',
      // the example imports the library by its name, as outside of this repository
      TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.dev.json'),
    },
  });
  const templates = fs.readdirSync(out).filter((file) => file.endsWith('.template.json'));
  console.log(`${example} ${folder}: ${templates.length} templates in ${path.relative(ROOT, out)}`);
}

for (const example of exampleNames()) {
  for (const profile of PROFILES) synthesize(example, profile, profile, {});
  synthesize(example, 'prod', 'prod-with-domain', WITH_DOMAIN);
}
