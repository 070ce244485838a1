// Prints "PASSED FAILED" as the runners in a log say it: jest, integ-runner, pytest, node's test runner, or a plain line "N passed, N failed".
const fs = require('fs');

const text = fs.readFileSync(process.argv[2], 'utf8').replace(/\x1b\[[0-9;]*m/g, '');
let passed = 0;
let failed = 0;
// integ-runner first says how many snapshots are as they were, which is no result
let ofSnapshots = false;
for (const line of text.split('\n')) {
  const number = (pattern) => Number((line.match(pattern) ?? [0, 0])[1]);
  if (/^(Snapshot|Test) Results:/.test(line)) ofSnapshots = line.startsWith('Snapshot');
  if ((/^Tests:\s/.test(line) && !ofSnapshots) || /^(=+ )?\d+ (passed|failed)\b.* in [\d.]+s/.test(line) || /^\d+ passed, \d+ failed$/.test(line)) {
    passed += number(/(\d+) passed/);
    failed += number(/(\d+) failed/) + number(/(\d+) errors?\b/);
  }
  if (/^(#|ℹ) (pass|fail) \d+$/.test(line)) {
    passed += number(/pass (\d+)/);
    failed += number(/fail (\d+)/);
  }
}
console.log(`${passed} ${failed}`);
