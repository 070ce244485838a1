// Compares the examples with the same systems written by hand: what one writes, what comes out, what it costs to synthesize.
//
// `npm run bench` prints the tables; with `-- --write` they go to docs/bench.md too.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { linesOfCode } from './code-size';
import { comparison, Row, table } from './comparison';
import { examples, pairs, ROOT } from './pairs';
import { installForPython, requestsOf } from './python-requests';

const PAGE = path.join(ROOT, 'docs', 'bench.md');
const [START, END] = ['<!-- measured by `npm run bench -- --write` -->', '<!-- end of what is measured -->'];

function pythonTables(): string[] {
  const inPython = pairs('py');
  if (inPython.length === 0) return [];
  const python = installForPython();
  return inPython.map((pair) => {
    const requests = requestsOf(pair, python);
    const rows: Row[] = [
      { what: 'lines of code', ours: linesOfCode(pair.ours), theirs: linesOfCode(pair.theirs) },
      { what: 'requests from Python to the CDK', ...requests },
    ];
    return table(pair.name, rows);
  });
}

function machine(): string {
  const [{ model }] = os.cpus();
  const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'node_modules', 'aws-cdk-lib', 'package.json'), 'utf8'));
  return `${new Date().toISOString().slice(0, 10)}, ${model.trim()}, ${os.cpus().length} CPUs, Node.js ${process.version.slice(1)}, aws-cdk-lib ${version}.`;
}

if (!fs.existsSync(path.join(ROOT, 'lib', 'index.js'))) throw new Error('compile the library first: npx projen compile');
fs.rmSync(path.join(ROOT, 'cdk.out', 'bench'), { recursive: true, force: true });
const withoutTwin = examples().filter(({ theirs }) => theirs === undefined).map(({ name }) => `- ${name}: no twin`);
const report = [machine(), ...pairs('ts').map((pair) => table(pair.name, comparison(pair))), ...pythonTables(), ...withoutTwin].join('\n\n');
console.log(report);
if (process.argv.includes('--write')) {
  const page = fs.readFileSync(PAGE, 'utf8');
  const [before, after] = [page.indexOf(START), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${path.relative(ROOT, PAGE)} must have '${START}' and '${END}'`);
  fs.writeFileSync(PAGE, `${page.slice(0, before + START.length)}\n\n${report}\n\n${page.slice(after)}`);
}
