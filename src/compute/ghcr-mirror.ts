// Images of the GitHub container registry through ECR: pulled once from there, then from within the region.
import { Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkTag, lifecyclePolicy, tagRules } from './image-rules';
import { MirroredImage } from './mirrored-image';
import { checkKeys, resourceOf } from './registry-credentials';
import { Namesakes } from '../private/namesakes';
import { checkRange } from '../private/validate';

/** What the names of secrets begin with that ECR may read. */
const SECRET_PREFIX = 'ecr-pullthroughcache/';
const GHCR = 'ghcr.io';
/** Names of repositories: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const NAME = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Properties of `GhcrMirror`. */
export interface GhcrMirrorProps {
  /**
   * Secret with the keys `username`, a GitHub user, and `accessToken`, a personal access token (classic) of that user with the scope `read:packages`.
   *
   * Its name begins with `ecr-pullthroughcache/`, it lies in the account and region of the mirror and is encrypted with the key of AWS, `aws/secretsmanager`. GitHub's
   * registry is mirrored with credentials only, public images too. A new token goes into the same secret: another secret would replace the rule, whose prefix is taken.
   *
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
   */
  readonly credentials: secretsmanager.ISecret;
  /** What the names of the mirrored repositories begin with, 2 to 30 characters. One mirror's alone in an account and region. @default 'ghcr' */
  readonly prefix?: string;
  /** Tagged images of each repository that are kept, 1 to 1000. One that is pulled again is imported again. @default 10 */
  readonly keepImages?: number;
  /** Whether ECR follows a tag that was moved at GitHub, which it looks for once in 24 hours. @default - IMMUTABLE_WITH_EXCLUSION: none but `latest` */
  readonly tagMutability?: ecr.TagMutability;
}

/**
 * Images of the GitHub container registry, by a pull-through cache of ECR: the first pull of a tag makes its repository and imports it, later ones stay within AWS.
 *
 * Repositories are made as by `ImageRepository`: encrypted, their tags immutable but for `latest`, old images forgotten. They belong to no stack, and stay when the mirror
 * is deleted. Services that run an image may import that one repository, and wait for the mirror.
 *
 * Fails on what ECR documents of the secret and the prefix and is not so, as far as it is known at synthesis, and on two mirrors with one prefix. Its images are refused in
 * networks that do not reach the internet, as the first pull goes there.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-considerations
 */
export class GhcrMirror extends Construct {
  /** What the names of the mirrored repositories begin with. */
  public readonly prefix: string;

  constructor(scope: Construct, id: string, props: GhcrMirrorProps) {
    super(scope, id);
    this.prefix = props.prefix ?? 'ghcr';
    checkPrefix(this.prefix);
    checkRange('keepImages', props.keepImages, 1, 1000, 'keep at least the image in use and one to return to');
    this.checkCredentials(props.credentials);

    const { mutability, movingTag } = tagRules(props.tagMutability);
    const template = new ecr.CfnRepositoryCreationTemplate(this, 'Template', {
      prefix: this.prefix,
      description: `Images of ${GHCR}`,
      appliedFor: ['PULL_THROUGH_CACHE'],
      // neither a key of its own nor tags, which ECR takes only with a role: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html
      encryptionConfiguration: { encryptionType: 'AES256' },
      imageTagMutability: mutability,
      imageTagMutabilityExclusionFilters: movingTag === undefined ? undefined
        : [{ imageTagMutabilityExclusionFilterType: 'WILDCARD', imageTagMutabilityExclusionFilterValue: movingTag }],
      lifecyclePolicy: Stack.of(this).toJsonString(lifecyclePolicy(props.keepImages)),
    });
    const rule = new ecr.CfnPullThroughCacheRule(this, 'Rule', {
      ecrRepositoryPrefix: this.prefix,
      upstreamRegistry: 'github-container-registry',
      upstreamRegistryUrl: GHCR,
      credentialArn: props.credentials.secretArn,
    });
    rule.node.addDependency(template);
    MIRRORS.enter(this.node.root, this);
    this.node.addValidation({ validate: () => this.mirrorsOfSamePrefix() });
  }

  /**
   * The command that asks ECR whether the rule and the token of the secret work.
   *
   * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-working-validating.html
   */
  public get validateCommand(): string {
    return `aws ecr validate-pull-through-cache-rule --ecr-repository-prefix ${this.prefix} --region ${Stack.of(this).region}`;
  }

  /**
   * The image `ghcr.io/<name>:<tag>`, pulled through ECR: `image('acme/api', '1.4.0')`.
   *
   * Fails on names and tags that GitHub and ECR do not both take.
   */
  public image(name: string, tag: string): ecs.ContainerImage {
    const repositoryName = `${this.prefix}/${name}`;
    if (!Token.isUnresolved(name) && !NAME.test(name)) {
      throw new Error(`'name' must be lower-case 'owner/image', without registry and tag, got '${name}': write 'acme/api' for ghcr.io/acme/api`);
    }
    if (!Token.isUnresolved(repositoryName) && repositoryName.length > 256) {
      throw new Error(`'name' must be at most ${255 - this.prefix.length} characters long with prefix '${this.prefix}', got ${name.length}: shorten either`);
    }
    checkTag(tag);
    return new MirroredImage({ mirror: this, repositoryName, upstream: `${GHCR}/${name}`, tag });
  }

  private checkCredentials(secret: secretsmanager.ISecret): void {
    const resource = resourceOf(secret);
    // a name that CloudFormation makes up is none when resolved
    const name: unknown = resource ? Stack.of(resource).resolve(resource.name) : secret.secretName;
    if (name === undefined || (typeof name === 'string' && !Token.isUnresolved(name) && !name.startsWith(SECRET_PREFIX))) {
      throw new Error(`'credentials' must be a secret whose name begins with '${SECRET_PREFIX}', got ${name === undefined ? 'a secret without a name' : `'${name}'`}: `
        + 'ECR may read no other, so name it so');
    }
    if (secret.encryptionKey && (secret.encryptionKey as Partial<kms.IAlias>).aliasName !== 'alias/aws/secretsmanager') {
      throw new Error("'credentials' must be encrypted with the key of AWS, got a secret with a key of its own: ECR uses no other, so leave out 'encryptionKey' of the secret");
    }
    const { account, region } = Stack.of(this);
    for (const [what, its, ours] of [['account', secret.env.account, account], ['region', secret.env.region, region]]) {
      if (!Token.isUnresolved(its) && !Token.isUnresolved(ours) && its !== ours) {
        throw new Error(`'credentials' must lie in the ${what} of the mirror, ${ours}, got ${its}: ECR reads no other, so store the token there too`);
      }
    }
    checkKeys("'credentials'", secret, ['username', 'accessToken']);
  }

  private mirrorsOfSamePrefix(): string[] {
    const place = ({ account, region }: Stack): string => `${account} ${region}`;
    return MIRRORS.others(this.node.root, this)
      .filter((other) => other.prefix === this.prefix && place(Stack.of(other)) === place(Stack.of(this)))
      .map((other) => `'prefix' must be a mirror's alone in an account and region, got '${this.prefix}' as in '${other.node.path}': use that one's image(), or give one another prefix`);
  }
}

/** Mirrors by their app. */
const MIRRORS = new Namesakes<GhcrMirror>();

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html */
function checkPrefix(prefix: string): void {
  if (Token.isUnresolved(prefix)) return;
  if (prefix.length < 2 || prefix.length > 30 || !/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(prefix)) {
    throw new Error(`'prefix' must be 2 to 30 lower-case letters and digits, with single '.', '_', '-' and '/' between them, got '${prefix}': choose such a one`);
  }
}
