// A process that owns a sandbox, for tests that end it: owner.ts <assembly> [keep|hang]. It tells what runs as one line of JSON.
import * as path from 'path';
import { Sandbox } from '../sandbox';

async function main([assembly, what]: string[]): Promise<void> {
  const sandbox = await Sandbox.start({ images: path.join(__dirname, 'sandbox.json') });
  await sandbox.deploy(assembly, ['Base', 'Good']);
  const { databases } = await sandbox.status();
  if (what === 'keep') await sandbox.keep();
  if (what === 'hang') void sandbox.deploy(assembly, ['Hanging']).catch(() => undefined);
  console.log(JSON.stringify({ endpoint: sandbox.endpoint, folder: path.dirname(sandbox.logFolder), databasePort: databases[0].port }));
  if (what !== 'keep') setInterval(() => undefined, 1000);
}

void main(process.argv.slice(2));
