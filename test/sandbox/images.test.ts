import { findImage, ImageMap, parseImage } from '../../integ/sandbox/images';

const MAP: ImageMap = {
  images: {
    'app': { directory: 'app', command: ['run'] },
    'app-images': { directory: 'service', command: ['serve'], tags: { v1: {}, v2: { overlays: ['next'], environment: { V: '2' } } } },
  },
};

describe('the name of an image', () => {
  test.each([
    ['000000000000.dkr.ecr.us-east-1.amazonaws.com/app:v1', '000000000000.dkr.ecr.us-east-1.amazonaws.com/app', 'v1'],
    ['localhost:5000/app', 'localhost:5000/app', 'latest'],
    ['app@sha256:0af1', 'app', '0af1'],
    ['app', 'app', 'latest'],
  ])('%s has a repository and a tag', (image, repository, tag) => {
    expect(parseImage(image)).toEqual({ repository, tag });
  });
});

describe('the source of an image', () => {
  test('is that of the longest name in its repository', () => {
    expect(findImage(MAP, 'registry/my-app-images-1x2:v1').directory).toBe('service');
    expect(findImage(MAP, 'registry/my-app:anything').directory).toBe('app');
  });

  test('is changed by its tag', () => {
    expect(findImage(MAP, 'app-images:v2')).toEqual({ directory: 'service', command: ['serve'], overlays: ['next'], environment: { V: '2' } });
  });

  test('of a public Redis is known, unless it is told otherwise', () => {
    const image = 'public.ecr.aws/docker/library/redis:7.4';
    expect(findImage(MAP, image).command).toEqual(['redis-server']);
    expect(findImage({ images: { redis: { directory: 'own', command: ['own'] } } }, image).directory).toBe('own');
  });

  test('of an unknown repository is refused, naming those that are known', () => {
    expect(() => findImage(MAP, 'nginx:1')).toThrow("CannotPullContainerError: sandbox.json has no image for 'nginx:1', it has: app, app-images");
  });

  test('of an unknown tag is refused, naming those that are known', () => {
    expect(() => findImage(MAP, 'app-images:v3')).toThrow("CannotPullContainerError: 'app-images:v3' has no tag 'v3' in sandbox.json, it has: v1, v2");
  });
});
