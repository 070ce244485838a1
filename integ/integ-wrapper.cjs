// Lets integ-runner read the assemblies of newer aws-cdk-lib: it understands schema 53 at most, 2.258 and later write 54 and more.
// The parts that it reads have not changed since, so the version alone is lowered. Used as its app: node --import tsx integ-wrapper.cjs <test>
const fs = require('fs');
const path = require('path');

const VERSIONED = /^(manifest\.json|integ\.json|cdk\.out)$|\.assets\.json$/;

function lower(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith('asset.')) lower(file);
    } else if (VERSIONED.test(entry.name)) {
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"version":\s*"5[4-9]\.[0-9.]+"/, '"version": "53.0.0"'));
    } else if (entry.name.endsWith('.metadata.json')) {
      // where in the sources each construct was made: it differs from machine to machine
      fs.writeFileSync(file, '{}');
    }
  }
}

process.on('exit', () => {
  const out = process.env.CDK_OUTDIR ?? 'cdk.out';
  if (fs.existsSync(out)) lower(out);
});

const test = path.resolve(process.argv[2]);
process.argv.splice(1, 1);
require(test);
