import { replacePath } from '../../integ/sandbox/container-view';

describe('the path of a volume, where a process cannot have mounts of its own,', () => {
  test.each([
    ['/mnt/efs', '/volume'],
    ['/mnt/efs/', '/volume/'],
    ['/mnt/efs/results/1.json', '/volume/results/1.json'],
    ['--dir=/mnt/efs --verbose', '--dir=/volume --verbose'],
    ['file:///mnt/efs/a', 'file:///mnt/efs/a'],
    ['/srv/mnt/efs', '/srv/mnt/efs'],
    ['/mnt/efs2', '/mnt/efs2'],
    ['/mnt/efs.bak', '/mnt/efs.bak'],
    ['a:/mnt/efs:/mnt/efs/b', 'a:/volume:/volume/b'],
  ])('in %s becomes %s', (text, expected) => {
    expect(replacePath(text, '/mnt/efs', '/volume')).toBe(expected);
  });

  test('stays as it is when it holds characters of a pattern', () => {
    expect(replacePath('/a+b/c', '/a+b', '/$1')).toBe('/$1/c');
  });
});
