import * as fs from 'fs';
import { ledger, LEDGER_FILE } from '../../integ/security-ledger';

test('docs/security.md lists what is accepted: `npm run docs` brings it up to date', () => {
  expect(fs.readFileSync(LEDGER_FILE, 'utf8')).toBe(ledger());
});
