import * as fs from 'fs';
import { UPGRADING_FILE, upgradingPage } from '../integ/public-contract';

test('docs/upgrading.md lists the ids, values and names that users build on: `npm run docs` brings it up to date, a line that went is a breaking release', () => {
  expect(fs.readFileSync(UPGRADING_FILE, 'utf8')).toBe(upgradingPage());
});
