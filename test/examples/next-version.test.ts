// The second version of the example's service is a few files laid over the first; they must not lose what the first gains.
import * as fs from 'fs';
import * as path from 'path';

const EXAMPLE = path.join(__dirname, '..', '..', 'examples', 'production-api');
const linesOf = (folder: string, file: string): string[] => fs.readFileSync(path.join(EXAMPLE, folder, file), 'utf8').split('\n');

const files = fs.readdirSync(path.join(EXAMPLE, 'next-version'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.py'));
const changed = files.filter((file) => fs.existsSync(path.join(EXAMPLE, 'service', file)));

test('the next version changes these files and adds these', () => {
  expect(changed.sort()).toEqual(['app/__init__.py', 'app/models.py', 'app/schemas.py']);
  expect(files.filter((file) => !changed.includes(file)).sort()).toEqual([
    'migrations/versions/0002_attendees.py', 'migrations/versions/0003_attendees_checked.py', 'tests/test_attendees.py',
  ]);
});

test.each(changed)('in %s it only adds lines, but for an import or the version', (file) => {
  const kept = linesOf('next-version', file);
  const lost = linesOf('service', file).filter((line) => !kept.includes(line));
  expect(lost.filter((line) => !/^from .* import |^__version__ = /.test(line))).toEqual([]);
});
