import { App, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { TagMutability } from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { findings } from './app-tier';
import { ImageRepository, ImageRepositoryProps } from '../../src';
import { FLAG_SETS, testApp, testStack } from '../harness';

const templateOf = (props?: ImageRepositoryProps): Template => {
  const stack = testStack();
  new ImageRepository(stack, 'Images', props);
  return Template.fromStack(stack);
};
const rulesOf = (template: Template): unknown[] =>
  JSON.parse(Object.values(template.findResources('AWS::ECR::Repository'))[0].Properties.LifecyclePolicy.LifecyclePolicyText).rules;

describe.each(FLAG_SETS)('with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  new ImageRepository(stack, 'Images');
  const template = Template.fromStack(stack);

  test('images are scanned on push, and encrypted as ECR does without a key: AES-256', () => {
    template.hasResourceProperties('AWS::ECR::Repository', {
      ImageScanningConfiguration: { ScanOnPush: true },
      EncryptionConfiguration: Match.absent(),
      RepositoryName: Match.absent(),
      EmptyOnDelete: false,
    });
  });

  test('it is retained on deletion and replacement, and its logical id is fixed', () => {
    template.hasResource('AWS::ECR::Repository', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(Object.keys(template.findResources('AWS::ECR::Repository'))).toEqual(['Images2D38C313']);
  });
});

test('the last 10 tagged images are kept, untagged ones for 14 days', () => {
  expect(rulesOf(templateOf())).toEqual([
    expect.objectContaining({
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 14, countUnit: 'days' },
      action: { type: 'expire' },
    }),
    expect.objectContaining({
      rulePriority: 2,
      selection: { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    }),
  ]);
});

test('another number of images may be kept', () => {
  expect(rulesOf(templateOf({ keepImages: 3 }))).toContainEqual(expect.objectContaining({ selection: expect.objectContaining({ countNumber: 3 }) }));
});

test.each([0, 1001, 2.5])('fails to keep %d images', (keepImages) => {
  expect(() => templateOf({ keepImages })).toThrow(`'keepImages' must be 1 to 1000, got ${keepImages}: keep at least the image in use and one to return to`);
});

test('a number known only at deployment passes', () => {
  expect(() => templateOf({ keepImages: Token.asNumber({ Ref: 'Keep' }) })).not.toThrow();
});

test('no tag may be moved but `latest`', () => {
  templateOf().hasResourceProperties('AWS::ECR::Repository', {
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'latest' }],
  });
});

test.each([TagMutability.MUTABLE, TagMutability.IMMUTABLE])('all tags may be %s, `latest` too', (tagMutability) => {
  templateOf({ tagMutability }).hasResourceProperties('AWS::ECR::Repository', {
    ImageTagMutability: tagMutability, ImageTagMutabilityExclusionFilters: Match.absent(),
  });
});

describe('the commands', () => {
  const stack = testStack({}, { account: '111111111111', region: 'eu-west-1' });
  const images = new ImageRepository(stack, 'Images');
  /** What is known only at deployment as `_`. */
  const text = (command: string): string => stack.resolve(command)['Fn::Join'][1].map((part: unknown) => (typeof part === 'string' ? part : '_')).join('');

  test('log Docker in to the registry of the region', () => {
    expect(text(images.loginCommand)).toBe('aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin _.dkr.ecr._._');
  });

  test.each([['.', undefined], ['service', 'service']])('build and push what is in %s', (folder, given) => {
    expect(text(images.pushCommand('v1', given)))
      .toBe(`docker build --platform linux/amd64 --provenance=false --tag _.dkr.ecr._._/_:v1 ${folder} && docker push _.dkr.ecr._._/_:v1`);
  });

  test('build for the processor of functions where asked to', () => {
    expect(text(images.pushCommand('v1', 'api', Platform.LINUX_ARM64))).toMatch(/^docker build --platform linux\/arm64 --provenance=false --tag /);
  });

  test.each(['', 'v 1', ':v1', 'sha256:0'])("fail on tag '%s'", (tag) => {
    expect(() => images.pushCommand(tag)).toThrow(
      `'tag' must be 1 to 128 letters, digits, '_', '.' and '-', and begin with neither of the last two, got '${tag}': give the version such a name`,
    );
  });
});

test('cdk-nag finds nothing', () => {
  const stack = new Stack(testApp(), 'Stack');
  expect(findings(stack, new ImageRepository(stack, 'Images'))).toEqual([]);
});
