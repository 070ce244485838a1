// The second version of an example's service is a few files laid over the first; they must not lose what the first gains.
import * as fs from 'fs';
import * as path from 'path';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

interface Version { readonly first: string; readonly next: string; readonly changed: string[]; readonly added: string[] }

const VERSIONS: Version[] = [
  {
    first: 'production-api/service',
    next: 'production-api/next-version',
    changed: ['app/__init__.py', 'app/models.py', 'app/schemas.py'],
    added: ['migrations/versions/0002_attendees.py', 'migrations/versions/0003_attendees_checked.py', 'tests/test_attendees.py'],
  },
  {
    first: 'two-services-ghcr/api',
    next: 'two-services-ghcr/api-next-version',
    changed: ['app/__init__.py', 'app/models.py', 'app/schemas.py'],
    added: ['migrations/versions/0002_topic.py', 'migrations/versions/0003_topic_index.py', 'tests/test_topic.py'],
  },
];

describe.each(VERSIONS)('$next', ({ first, next, changed, added }) => {
  const linesOf = (folder: string, file: string): string[] => fs.readFileSync(path.join(EXAMPLES, folder, file), 'utf8').split('\n');
  const files = fs.readdirSync(path.join(EXAMPLES, next), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.py'));
  const isChanged = (file: string): boolean => fs.existsSync(path.join(EXAMPLES, first, file));

  test('changes these files and adds these', () => {
    expect(files.filter(isChanged).sort()).toEqual(changed);
    expect(files.filter((file) => !isChanged(file)).sort()).toEqual(added);
  });

  test.each(changed)('in %s it only adds lines, but for an import or the version', (file) => {
    const kept = linesOf(next, file);
    const lost = linesOf(first, file).filter((line) => !kept.includes(line));
    expect(lost.filter((line) => !/^from .* import |^__version__ = /.test(line))).toEqual([]);
  });
});
