// [internal] An image of another registry as ECR's pull-through cache hands it out.
import { Stack, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What a mirror says of an image. */
export interface MirroredImageProps {
  /** What makes the repository at the first pull. */
  readonly mirror: Construct;
  /** Name of the repository. */
  readonly repositoryName: string;
  /** Where it is pulled from the first time: `ghcr.io/acme/api`. */
  readonly upstream: string;
  readonly tag: string;
}

/**
 * Pulling makes the repository and imports the image, the first time: whoever pulls must be permitted both.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
 */
const PULL_THROUGH = [
  'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:BatchImportUpstreamImage', 'ecr:CreateRepository', 'ecr:GetDownloadUrlForLayer',
];

/** An image in ECR that need not be there yet. */
export class MirroredImage extends ecs.ContainerImage {
  /** Of the mirror's account and region, as the secret of the mirror. */
  private readonly stack: Stack;

  constructor(private readonly props: MirroredImageProps) {
    super();
    this.stack = Stack.of(props.mirror);
  }

  /** The image as it is called there. */
  public get upstreamName(): string {
    return `${this.props.upstream}:${this.props.tag}`;
  }

  public bind(_scope: Construct, container: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    const { mirror, repositoryName, tag } = this.props;
    const { taskDefinition } = container;
    this.checkPlace(Stack.of(taskDefinition), taskDefinition.node.path);
    taskDefinition.addToExecutionRolePolicy(new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    taskDefinition.addToExecutionRolePolicy(new iam.PolicyStatement({
      actions: PULL_THROUGH,
      resources: [this.stack.formatArn({ service: 'ecr', resource: 'repository', resourceName: repositoryName })],
    }));
    // without the rule there is no such repository, and a repository that is made before the template does not follow it
    taskDefinition.node.defaultChild!.node.addDependency(mirror);
    return { imageName: `${this.stack.account}.dkr.ecr.${this.stack.region}.${this.stack.urlSuffix}/${repositoryName}:${tag}` };
  }

  private checkPlace({ account, region }: Stack, path: string): void {
    const elsewhere = [[account, this.stack.account], [region, this.stack.region]]
      .some(([its, ours]) => !Token.isUnresolved(its) && !Token.isUnresolved(ours) && its !== ours);
    if (elsewhere) {
      throw new Error(`'image' of '${path}' must be of a mirror in its own account and region, got '${this.props.mirror.node.path}': define a GhcrMirror there`);
    }
  }
}
