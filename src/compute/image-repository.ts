// Where images are kept: an ECR repository that scans them, never moves a tag and forgets the old ones.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { checkRange } from '../private/validate';

/** The one tag that may move. A service that must come back as it was names another. */
const MOVING_TAG = 'latest';

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
    const tagMutability = props.tagMutability ?? ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION;
    super(scope, id, {
      imageScanOnPush: true,
      encryption: ecr.RepositoryEncryption.AES_256,
      imageTagMutability: tagMutability,
      imageTagMutabilityExclusionFilters: hasExclusion(tagMutability) ? [ecr.ImageTagMutabilityExclusionFilter.wildcard(MOVING_TAG)] : undefined,
      lifecycleRules: [
        { rulePriority: 1, description: 'Forget untagged images', tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
        {
          rulePriority: 2,
          description: 'Keep the last tagged images',
          tagStatus: ecr.TagStatus.TAGGED,
          tagPatternList: ['*'],
          maxImageCount: props.keepImages ?? 10,
        },
      ],
      emptyOnDelete: false,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function hasExclusion(tagMutability: ecr.TagMutability): boolean {
  return [ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION, ecr.TagMutability.MUTABLE_WITH_EXCLUSION].includes(tagMutability);
}
