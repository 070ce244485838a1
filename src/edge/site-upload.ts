// [internal] How the files of a site come into its bucket: by the stack, or by commands for the pipeline. What never changes first, then what it is asked by, and nothing is deleted.
import * as fs from 'fs';
import * as path from 'path';
import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { StaticSiteOptions } from './static-site-options';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge, acknowledgeInlinePolicies, acknowledgeWildcard } from '../private/acknowledge';

const YEAR = Duration.days(365);
const INDEX = 'index.html';
/** As Workbox and Vite, create-react-app, Angular (with the list that its worker reads) and Firebase name them. */
const WORKERS = ['sw.js', 'service-worker.js', 'ngsw-worker.js', 'ngsw.json', 'firebase-messaging-sw.js'];

/** Keys by patterns of the AWS command line: what is included is not excluded. */
interface KeyFilter { readonly exclude: string[]; readonly include?: string[] }

/**
 * Files by when they come. A worker lists what its browser shall fetch, the page among it, and what it gets is what it keeps until the next one: so it comes when all of that is there.
 *
 * @see https://github.com/GoogleChrome/workbox/issues/1528
 */
export interface UploadOrder { readonly immutable: string[]; readonly workers: string[] }

/** What is asked for, or the usual. Fails on patterns that would keep the page or a worker for a year, and on names that are none. */
export function uploadOrder({ immutableAssets = ['assets/*', 'static/*'], serviceWorkers = WORKERS }: StaticSiteOptions): UploadOrder {
  const known = (keys: string[]): string[] => keys.filter((key) => !Token.isUnresolved(key));
  const patterns = known(immutableAssets);
  const wrong = patterns.find((pattern) => !/^[^/']+/.test(pattern) || pattern.includes('\'') || matches(pattern, INDEX));
  if (wrong !== undefined) {
    throw new Error(`'immutableAssets' must hold patterns of keys that index.html is not among, got '${wrong}': write such as 'assets/*'`);
  }
  for (const worker of known(serviceWorkers)) {
    if (!/^[^/'*?[\]]+(\/[^/'*?[\]]+)*$/.test(worker) || worker === INDEX) {
      throw new Error(`'serviceWorkers' must hold names of files beside index.html, without patterns, got '${worker}': write such as 'sw.js'`);
    }
    const kept = patterns.find((pattern) => matches(pattern, worker));
    if (kept !== undefined) {
      throw new Error(`'immutableAssets' must leave service workers out, which are asked for each time, and '${kept}' takes '${worker}': `
        + "write such as 'assets/*', or leave the worker out of 'serviceWorkers' if there is none of that name");
    }
  }
  return { immutable: immutableAssets, workers: serviceWorkers };
}

/** Commands that do what `uploadOnDeployment()` does, and tell CloudFront. */
export function uploadCommands(directory: string, bucketName: string, distributionId: string, { immutable, workers }: UploadOrder): string[] {
  if (directory === '' || directory.includes('\'')) throw new Error(`'directory' must be a folder without quotes in its name, got '${directory}': write such as 'web/dist'`);
  const options = (name: string, keys: string[]): string => keys.map((key) => ` --${name} '${key}'`).join('');
  const [folder, target] = [directory.replace(/\/$/, ''), `s3://${bucketName}`];
  return [
    `aws s3 sync '${folder}' ${target} --exclude '*'${options('include', immutable)} --cache-control 'public, max-age=${YEAR.toSeconds()}, immutable'`,
    `aws s3 sync '${folder}' ${target}${options('exclude', [...immutable, INDEX, ...workers])} --cache-control no-cache`,
    `aws s3 cp '${folder}/${INDEX}' ${target}/${INDEX} --cache-control no-cache`,
    // copied, for one that differs in its hashes alone is as long as the last, and may be older than that was uploaded
    ...workers.length === 0 ? [] : [`aws s3 cp '${folder}' ${target} --recursive --exclude '*'${options('include', workers)} --cache-control no-cache`],
    `aws cloudfront create-invalidation --distribution-id ${distributionId} --paths / /${INDEX}`,
  ];
}

/**
 * Upload a folder with each deployment of the stack.
 *
 * CloudFront asks the bucket for what is not immutable each time, so that nothing need be invalidated:
 * an invalidation that fails would roll the stack back.
 */
export function uploadOnDeployment(
  scope: Construct, bucket: s3.Bucket, folder: string, { immutable, workers }: UploadOrder, profile: EnvironmentProfile,
): void {
  checkFolder(folder);
  const { role, logGroup } = uploaderIn(Stack.of(scope), profile);
  const files = new assets.Asset(scope, 'Assets', { path: folder });
  admit(role, files, bucket);
  const upload = (id: string, cacheControl: deployment.CacheControl[], filter: KeyFilter): deployment.BucketDeployment =>
    new deployment.BucketDeployment(scope, id, {
      sources: [deployment.Source.bucket(files.bucket, files.s3ObjectKey)],
      destinationBucket: bucket,
      ...filter,
      cacheControl,
      // tabs that are open ask for the assets of the version they began with
      prune: false,
      retainOnDelete: true,
      outputObjectKeys: false,
      // a function of its own size, which other uploads of the stack do not share
      memoryLimit: 768,
      // its own grants would let it delete
      role: role.withoutPolicyUpdates(),
      logGroup,
    });
  const kept = [deployment.CacheControl.setPublic(), deployment.CacheControl.maxAge(YEAR), deployment.CacheControl.immutable()];
  const asked = [deployment.CacheControl.noCache()];
  const steps = [
    upload('ImmutableAssets', kept, { exclude: ['*'], include: immutable }),
    upload('Files', asked, { exclude: [...immutable, INDEX, ...workers] }),
    upload('Index', asked, { exclude: ['*'], include: [INDEX] }),
    ...workers.length === 0 ? [] : [upload('Workers', asked, { exclude: ['*'], include: workers })],
  ];
  steps.forEach((step, index) => step.node.addDependency(role, ...steps.slice(0, index)));
}

/** Whether the folder has a page, by its path in the site. */
export function hasPage(folder: string, page: string): boolean {
  return fs.existsSync(path.join(folder, page));
}

function checkFolder(folder: string): void {
  if (Token.isUnresolved(folder) || !hasPage(folder, INDEX)) {
    throw new Error(`'assets' must be a folder with index.html, got '${Token.isUnresolved(folder) ? 'a token' : folder}': build the site first, or leave it out and let the pipeline upload`);
  }
}

/** Reads the one archive, and writes to the one bucket. */
function admit(role: iam.Role, files: assets.Asset, bucket: s3.Bucket): void {
  const statements: Array<[string[], string]> = [
    [['s3:GetObject'], files.bucket.arnForObjects(files.s3ObjectKey)],
    [['s3:ListBucket'], bucket.bucketArn],
    [['s3:PutObject', 's3:AbortMultipartUpload'], bucket.arnForObjects('*')],
  ];
  statements.forEach(([actions, resource]) => role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] })));
  acknowledgeWildcard(role.node.findChild('DefaultPolicy'), bucket.arnForObjects('*'), 'copies whatever files the site has, to the bucket of that site alone; it cannot delete, '
    + 'and what it overwrites stays as an older version');
}

/** Role and logs of the function that copies, one for all sites of a stack as the function is: CDK's own would have a policy of AWS and logs without end. */
function uploaderIn(stack: Stack, profile: EnvironmentProfile): { role: iam.Role; logGroup: logs.ILogGroup } {
  const existing = stack.node.tryFindChild('SiteUploads');
  if (existing) return { role: existing.node.findChild('Role') as iam.Role, logGroup: existing.node.findChild('Logs') as logs.LogGroup };
  const scope = new Construct(stack, 'SiteUploads');
  const role = new iam.Role(scope, 'Role', { description: 'Copies the files of sites into their buckets', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const logGroup = new logs.LogGroup(scope, 'Logs', { retention: profile.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  acknowledge(logGroup, 'CloudWatchLogGroupEncrypted', 'CloudWatch Logs encrypts with a key of its own; of the site only names of public files are logged');
  logGroup.grantWrite(role);
  acknowledgeInlinePolicies(role);
  return { role, logGroup };
}

/** Whether a pattern of the AWS command line takes a key: `*` is any text, slashes included. */
function matches(pattern: string, key: string): boolean {
  const expression = pattern.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(key);
}
