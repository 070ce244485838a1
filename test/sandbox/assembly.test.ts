import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import { DockerImageAsset } from 'aws-cdk-lib/aws-ecr-assets';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { readAssembly } from '../../integ/sandbox/assembly';
import { testApp } from '../harness';

describe('an assembly', () => {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-'));
  afterAll(() => fs.rmSync(outdir, { recursive: true }));

  // with the assets in it
  const app = testApp({}, { outdir, postCliContext: { 'aws:cdk:disable-asset-staging': false } });
  const base = new Stack(app, 'Base', { stackName: 'base-prod', terminationProtection: true });
  const service = new Stack(app, 'Service', { tags: { Owner: 'team' } });
  service.addStackDependency(base);
  new Asset(service, 'File', { path: __filename });
  new Asset(service, 'Folder', { path: __dirname });
  app.synth();
  const [first, second] = readAssembly(outdir);

  test('has its stacks by id and name', () => {
    expect(first).toMatchObject({ id: 'Base', stackName: 'base-prod', terminationProtection: true, dependencies: [], assets: [] });
  });

  test('tells which stacks come before', () => {
    expect(second).toMatchObject({ id: 'Service', stackName: 'Service', terminationProtection: false, dependencies: ['Base'], tags: { Owner: 'team' } });
  });

  test('has the files that a template needs, and not the templates', () => {
    expect(second.assets.map(({ isFolder, bucketName }) => ({ isFolder, bucketName }))).toEqual([
      { isFolder: false, bucketName: 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
      { isFolder: true, bucketName: 'cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}' },
    ]);
    expect(second.assets.every(({ file }) => fs.existsSync(file))).toBe(true);
  });

  test('with an image to be built is refused', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-'));
    const withImage = testApp({}, { outdir: folder });
    const stack = new Stack(withImage, 'Stack');
    fs.writeFileSync(path.join(folder, 'Dockerfile'), 'FROM scratch');
    new DockerImageAsset(stack, 'Image', { directory: folder, exclude: ['*', '!Dockerfile'] });
    withImage.synth();
    expect(() => readAssembly(folder)).toThrow(/the sandbox has no Docker, image asset '\w+' cannot be built: use an image of a repository/);
    fs.rmSync(folder, { recursive: true });
  });
});
