// What a function runs.
import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Code as Lambda is given it. */
interface BoundCode {
  readonly code: lambda.Code;
  readonly handler: string;
  readonly runtime: lambda.Runtime;
}

/** What a function runs: an image, or an archive with a runtime of Lambda. */
export class FunctionCode {
  /**
   * An image in ECR, in the region of the function and for its processor. The repository lets functions of this account pull it, no one else.
   *
   * Name what never changes, a digest or an immutable tag: where only the image behind a tag is new, CloudFormation sees no change and deploys nothing.
   *
   * Fails on a text that is neither a tag nor a digest.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
   */
  public static ecr(repository: ecr.IRepository, tagOrDigest: string): FunctionCode {
    if (!Token.isUnresolved(tagOrDigest) && !/^(sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/.test(tagOrDigest)) {
      throw new Error(`'tagOrDigest' must be a tag of up to 128 letters, digits, '.', '_' and '-', or a digest, got '${tagOrDigest}': name one image, without its repository`);
    }
    return new FunctionCode((_, handler) => fromImage(new RepositoryImage(repository, tagOrDigest, commandOf(handler))));
  }

  /** An image that is built when the app is deployed, from a directory with a Dockerfile, for the processor of the function. */
  public static imageAsset(directory: string): FunctionCode {
    return new FunctionCode(({ dockerPlatform }, handler) =>
      fromImage(lambda.Code.fromAssetImage(directory, { platform: Platform.custom(dockerPlatform), cmd: commandOf(handler) })));
  }

  /** An archive for one of Lambda's runtimes: `FunctionCode.zip(Code.fromAsset('api'), 'main.handler', Runtime.PYTHON_3_13)`. */
  public static zip(code: lambda.Code, handler: string, runtime: lambda.Runtime): FunctionCode {
    if (runtime.runtimeEquals(lambda.Runtime.FROM_IMAGE)) {
      throw new Error("'runtime' must be one of Lambda's, got FROM_IMAGE: use FunctionCode.ecr() or imageAsset() for an image");
    }
    return new FunctionCode((_, otherHandler) => ({ code, handler: otherHandler ?? handler, runtime }));
  }

  private constructor(private readonly bound: (architecture: lambda.Architecture, handler?: string) => BoundCode) {}

  /**
   * The code for a processor, with another handler than its own if one is given.
   *
   * @internal
   */
  public _for(architecture: lambda.Architecture, handler?: string): BoundCode {
    return this.bound(architecture, handler);
  }
}

/** An image is called by its command. */
function commandOf(handler?: string): string[] | undefined {
  return handler === undefined ? undefined : [handler];
}

function fromImage(code: lambda.Code): BoundCode {
  return { code, handler: lambda.Handler.FROM_IMAGE, runtime: lambda.Runtime.FROM_IMAGE };
}

/** CDK's own admits Lambda to the repository on behalf of any account. */
class RepositoryImage extends lambda.Code {
  public readonly isInline = false;

  constructor(private readonly repository: ecr.IRepository, private readonly tagOrDigest: string, private readonly command?: string[]) {
    super();
  }

  public bind(scope: Construct): lambda.CodeConfig {
    // any function: the policy of the repository does not depend on the stack of this one
    const functions = Stack.of(scope).formatArn({ service: 'lambda', resource: 'function', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    this.repository.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      conditions: { ArnLike: { 'aws:SourceArn': functions } },
    }));
    return { image: { imageUri: this.repository.repositoryUriForTagOrDigest(this.tagOrDigest), cmd: this.command } };
  }
}
