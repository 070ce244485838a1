// Where images are kept: an ECR repository that scans them, never moves a tag and forgets the old ones.
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { Construct } from 'constructs';
import { checkTag, lifecycleRules, tagRules } from './image-rules';
import { checkRange } from '../private/validate';

/** Properties of `ImageRepository`. */
export interface ImageRepositoryProps {
  /** Tagged images that are kept, 1 to 1000. An image still in use must be among them, as tasks are replaced at any time. @default 10 */
  readonly keepImages?: number;
  /** Whether a tag may be moved to another image. @default - IMMUTABLE_WITH_EXCLUSION: none but `latest` */
  readonly tagMutability?: ecr.TagMutability;
}

/**
 * An ECR repository that scans on push and keeps the last images. It is an `ecr.Repository`, and goes wherever one goes.
 *
 * Images are encrypted (AES-256), their tags immutable but for `latest`; untagged images expire after 14 days, so that tasks still running one
 * whose tag `latest` moved on can be replaced meanwhile. The repository is retained when its stack is deleted. It belongs in a stack of its own,
 * deployed before the first image is pushed, which is before the stack of the services.
 *
 * Fails on `keepImages` out of bounds.
 */
export class ImageRepository extends ecr.Repository {
  constructor(scope: Construct, id: string, props: ImageRepositoryProps = {}) {
    checkRange('keepImages', props.keepImages, 1, 1000, 'keep at least the image in use and one to return to');
    const { mutability, movingTag } = tagRules(props.tagMutability);
    super(scope, id, {
      imageScanOnPush: true,
      encryption: ecr.RepositoryEncryption.AES_256,
      imageTagMutability: mutability,
      imageTagMutabilityExclusionFilters: movingTag === undefined ? undefined : [ecr.ImageTagMutabilityExclusionFilter.wildcard(movingTag)],
      lifecycleRules: lifecycleRules(props.keepImages),
      emptyOnDelete: false,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /**
   * The command that lets Docker push and pull here for twelve hours, with the credentials of the AWS CLI.
   *
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
   */
  public get loginCommand(): string {
    return `aws ecr get-login-password --region ${Stack.of(this).region} | docker login --username AWS --password-stdin ${this.registryUri}`;
  }

  /**
   * The command that builds the Dockerfile of a folder and pushes the image: `pushCommand('v1')`. After the `loginCommand`.
   *
   * The image has no provenance beside it, which would make an index of two of it: tasks run such a one, functions refuse it.
   *
   * Fails on a tag that ECR does not take.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
   * @param tag the tag that the service will run; a new one for each version
   * @param directory folder with the Dockerfile, from where the command is run
   * @param platform processor that the image is for: that of tasks unless told otherwise is X86_64, that of functions is ARM
   */
  public pushCommand(tag: string, directory: string = '.', platform: Platform = Platform.LINUX_AMD64): string {
    checkTag(tag);
    const image = this.repositoryUriForTag(tag);
    return `docker build --platform ${platform.platform} --provenance=false --tag ${image} ${directory} && docker push ${image}`;
  }
}
