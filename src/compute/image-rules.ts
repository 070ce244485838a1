// [internal] How repositories of images are kept: the same for those of a stack and those that ECR makes by itself.
import { Duration, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';

/** The one tag that may move. A service that must come back as it was names another. */
export const MOVING_TAG = 'latest';

const KEEP = 10;
/** Tasks that still run an image whose tag moved on can be replaced for so long. */
const KEEP_UNTAGGED = Duration.days(14);

/** Whether tags may move, and which one may where not all do. */
export interface TagRules {
  readonly mutability: ecr.TagMutability;
  /** None where the mutability has no exclusion. */
  readonly movingTag?: string;
}

/** `IMMUTABLE_WITH_EXCLUSION`, unless something else is asked for. */
export function tagRules(mutability = ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION): TagRules {
  const hasExclusion = [ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION, ecr.TagMutability.MUTABLE_WITH_EXCLUSION].includes(mutability);
  return { mutability, movingTag: hasExclusion ? MOVING_TAG : undefined };
}

/** What is kept, for `ecr.Repository`. */
export function lifecycleRules(keepImages = KEEP): ecr.LifecycleRule[] {
  return [
    { rulePriority: 1, description: 'Forget untagged images', tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: KEEP_UNTAGGED },
    { rulePriority: 2, description: 'Keep the last tagged images', tagStatus: ecr.TagStatus.TAGGED, tagPatternList: ['*'], maxImageCount: keepImages },
  ];
}

/**
 * The same as ECR writes it.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function lifecyclePolicy(keepImages?: number): object {
  const action = { type: 'expire' };
  const rules = lifecycleRules(keepImages).map(({ rulePriority, description, tagStatus, tagPatternList, maxImageAge, maxImageCount }) => {
    const age = maxImageAge && { countType: 'sinceImagePushed', countNumber: maxImageAge.toDays(), countUnit: 'days' };
    return { rulePriority, description, selection: { tagStatus, tagPatternList, ...age ?? { countType: 'imageCountMoreThan', countNumber: maxImageCount } }, action };
  });
  return { rules };
}

/** Fail on what is no tag of an image. */
export function checkTag(tag: string): void {
  if (!Token.isUnresolved(tag) && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag)) {
    throw new Error(`'tag' must be 1 to 128 letters, digits, '_', '.' and '-', and begin with neither of the last two, got '${tag}': give the version such a name`);
  }
}
