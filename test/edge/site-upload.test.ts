import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { builtSite, siteIn } from './site';
import { EnvironmentProfile, StaticSite } from '../../src';
import { inProfile, testStack } from '../harness';
import { statementsOf } from '../statements';

interface Upload { readonly Properties: Record<string, unknown> & { SystemMetadata: Record<string, string> }; readonly DependsOn: string[] }

const folder = builtSite('index.html', 'sw.js', 'assets/app-1a2b3c4d.js');
const uploadsOf = (template: Template): Array<[string, Upload]> => ['SiteImmutableAssets', 'SiteFiles', 'SiteIndex', 'SiteWorkers'].flatMap((id) =>
  Object.entries(template.findResources('Custom::CDKBucketDeployment')).filter(([key]) => key.startsWith(id)) as unknown as Array<[string, Upload]>);
const usual = ['sw.js', 'service-worker.js', 'ngsw-worker.js', 'ngsw.json', 'firebase-messaging-sw.js'];

describe('a folder that the stack uploads', () => {
  const { template: templateOf, stack } = siteIn({ assets: folder });
  const template = templateOf();
  const uploads = uploadsOf(template);

  test('comes in four steps: what never changes for a year, then the rest, then index.html, then service workers, all three asked for each time', () => {
    expect(uploads.map(([, { Properties }]) => [Properties.Exclude, Properties.Include, Properties.SystemMetadata['cache-control']])).toEqual([
      [['*'], ['assets/*', 'static/*'], 'public, max-age=31536000, immutable'],
      [['assets/*', 'static/*', 'index.html', ...usual], undefined, 'no-cache'],
      [['*'], ['index.html'], 'no-cache'],
      [['*'], usual, 'no-cache'],
    ]);
    const [[assets], [files, second], [index, third], [, fourth]] = uploads;
    expect(second.DependsOn).toContain(assets);
    expect(third.DependsOn).toEqual(expect.arrayContaining([assets, files]));
    expect(fourth.DependsOn).toEqual(expect.arrayContaining([assets, files, index]));
  });

  test('loses nothing: no step deletes, not even with the stack', () => {
    expect(uploads.map(([, { Properties }]) => [Properties.Prune, Properties.RetainOnDelete])).toEqual(uploads.map(() => [false, true]));
  });

  test('invalidates nothing, since an invalidation that fails would roll the stack back', () => {
    const invalidated = uploads.flatMap(([, { Properties: { DistributionId, DistributionPaths } }]) => [DistributionId, DistributionPaths]);
    expect(invalidated).toEqual(Array.from({ length: 8 }, () => undefined));
  });

  test('is copied by a role that reads the one archive and writes to the one bucket, without a policy of AWS', () => {
    const [[, role]] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith('SiteUploadsRole'));
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    const actions = statementsOf(template, 'SiteUploadsRole').map(({ Action }) => [Action].flat().join()).sort();
    expect(actions).toEqual(['logs:CreateLogStream,logs:PutLogEvents', 's3:AbortMultipartUpload,s3:PutObject', 's3:GetObject', 's3:ListBucket']);
    const read = statementsOf(template, 'SiteUploadsRole').find(({ Action }) => Action === 's3:GetObject')!;
    expect(JSON.stringify(read.Resource)).toContain('.zip');
    const [functionOf] = Object.values(template.findResources('AWS::Lambda::Function'));
    const [policy] = Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => id.startsWith('SiteUploadsRole'));
    expect(functionOf.Properties.Role['Fn::GetAtt'][0]).toMatch(/^SiteUploadsRole/);
    // the first step must not run before it may
    expect(uploads[0][1].DependsOn).toContain(policy);
  });

  test('is logged as long as the profile says, once for all sites of a stack', () => {
    const other = testStack(inProfile('dev'));
    for (const id of ['First', 'Second']) new StaticSite(other, id, { assets: folder });
    const groups = Object.values(Template.fromStack(other).findResources('AWS::Logs::LogGroup'));
    expect(groups.map(({ Properties, DeletionPolicy }) => [Properties.RetentionInDays, DeletionPolicy])).toEqual([[7, 'Delete']]);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('may have other names for what never changes', () => {
    const [[, immutable], [, rest]] = uploadsOf(siteIn({ assets: folder, immutableAssets: ['_next/static/*', '*.woff2'] }).template());
    expect([immutable.Properties.Include, rest.Properties.Exclude]).toEqual([['_next/static/*', '*.woff2'], ['_next/static/*', '*.woff2', 'index.html', ...usual]]);
  });

  test('may have service workers of other names, or none', () => {
    const [, [, rest], , [, workers]] = uploadsOf(siteIn({ assets: folder, serviceWorkers: ['app/worker.js'] }).template());
    expect([rest.Properties.Exclude, workers.Properties.Include]).toEqual([['assets/*', 'static/*', 'index.html', 'app/worker.js'], ['app/worker.js']]);
    const without = uploadsOf(siteIn({ assets: folder, serviceWorkers: [] }).template());
    expect(without.map(([, { Properties }]) => Properties.Exclude)).toEqual([['*'], ['assets/*', 'static/*', 'index.html'], ['*']]);
  });

  test.each(['', '/sw.js', 'app/', '*.js', 'sw?.js', 's[w].js', "it's.js", 'index.html'])('fails where %j is a service worker', (worker) => {
    expect(() => siteIn({ serviceWorkers: ['sw.js', worker] })).toThrow(
      `'serviceWorkers' must hold names of files beside index.html, without patterns, got '${worker}': write such as 'sw.js'`);
  });

  test.each([['*.js', 'sw.js'], ['ngsw*', 'ngsw-worker.js'], ['ngsw.json', 'ngsw.json']])('fails where %j would keep the service worker %j for a year', (pattern, worker) => {
    expect(() => siteIn({ immutableAssets: ['assets/*', pattern] })).toThrow(
      `'immutableAssets' must leave service workers out, which are asked for each time, and '${pattern}' takes '${worker}': `
      + "write such as 'assets/*', or leave the worker out of 'serviceWorkers' if there is none of that name");
    expect(() => siteIn({ immutableAssets: ['assets/*', pattern], serviceWorkers: [] })).not.toThrow();
  });

  test('may have names that only deployment knows', () => {
    const { region } = testStack();
    expect(() => siteIn({ immutableAssets: [`${region}/*`], serviceWorkers: [`${region}.js`] })).not.toThrow();
  });

  test.each(['*', '*.html', 'index.*', '', '/assets/*', "it's/*"])('fails where %j never changes', (pattern) => {
    expect(() => siteIn({ immutableAssets: ['assets/*', pattern] })).toThrow(
      `'immutableAssets' must hold patterns of keys that index.html is not among, got '${pattern}': write such as 'assets/*'`);
  });

  test('fails without index.html, or where it is not there', () => {
    const empty = builtSite('app.js');
    const message = (assets: string): string => `'assets' must be a folder with index.html, got '${assets}': build the site first, or leave it out and let the pipeline upload`;
    expect(() => siteIn({ assets: empty })).toThrow(message(empty));
    expect(() => siteIn({ assets: 'web/dist' })).toThrow(message('web/dist'));
    expect(() => siteIn({ assets: Stack.of(stack).region === 'x' ? '' : testStack().region })).toThrow(message('a token'));
  });
});

describe('commands for a pipeline', () => {
  const { site, stack } = siteIn({ immutableAssets: ['assets/*', 'fonts/*'], serviceWorkers: ['sw.js', 'push.js'], profile: EnvironmentProfile.DEV });
  const written = (directory: string, of = { site, stack }): string[] => of.site.uploadCommands(directory).map((command) => {
    const value = of.stack.resolve(command);
    return typeof value === 'string' ? value : (value['Fn::Join'][1] as Array<string | { Ref: string }>)
      .map((part) => (typeof part === 'string' ? part : part.Ref.replace(/[0-9A-F]{8}$/, ''))).join('');
  });

  test('upload what never changes first, index.html after the rest and service workers last, and invalidate the page alone', () => {
    expect(written('web/dist/')).toEqual([
      "aws s3 sync 'web/dist' s3://SiteBucket --exclude '*' --include 'assets/*' --include 'fonts/*' --cache-control 'public, max-age=31536000, immutable'",
      "aws s3 sync 'web/dist' s3://SiteBucket --exclude 'assets/*' --exclude 'fonts/*' --exclude 'index.html' --exclude 'sw.js' --exclude 'push.js' --cache-control no-cache",
      "aws s3 cp 'web/dist/index.html' s3://SiteBucket/index.html --cache-control no-cache",
      "aws s3 cp 'web/dist' s3://SiteBucket --recursive --exclude '*' --include 'sw.js' --include 'push.js' --cache-control no-cache",
      'aws cloudfront create-invalidation --distribution-id SiteDistribution --paths / /index.html',
    ]);
  });

  test('are four where no service worker is named', () => {
    expect(written('dist', siteIn({ serviceWorkers: [] })).map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
      'aws s3 sync', 'aws s3 sync', 'aws s3 cp', 'aws cloudfront create-invalidation',
    ]);
  });

  // more than that CloudFormation does not export: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/685
  test('fit into 1,024 characters with the usual names, whatever the name of the bucket', () => {
    const text = written('web/dist', siteIn()).join('\n').replace(/SiteBucket/g, 'b'.repeat(63)).replace('SiteDistribution', 'E2ABCDEFGHIJKL');
    expect(text.length).toBeLessThanOrEqual(1024);
  });

  test('delete nothing', () => {
    expect(written('dist').join('\n')).not.toMatch(/--delete|s3 rm/);
  });

  test.each(['', "it's"])('fail for the folder %j', (directory) => {
    expect(() => site.uploadCommands(directory)).toThrow(`'directory' must be a folder without quotes in its name, got '${directory}': write such as 'web/dist'`);
  });
});
