// A site: a private bucket behind CloudFront.
import { Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { ApiBehavior, checkPathPattern, restApiBehavior, webSocketBehavior } from './api-origins';
import { globalName } from './global-name';
import { FunctionRestApi } from './rest-api';
import { siteBucket } from './site-bucket';
import { siteCertificate } from './site-certificate';
import { checkConfig, CONFIG_PATH, configBehavior, leaveConfig } from './site-config';
import { errorResponses, keepNoErrors } from './site-errors';
import { acceptFindings } from './site-findings';
import { headersByName, siteCache, siteHeaders } from './site-headers';
import { logBucket } from './site-logs';
import { siteRouter } from './site-router';
import { uploadCommands, uploadOnDeployment, UploadOrder, uploadOrder } from './site-upload';
import { StaticSiteProps } from './static-site-options';
import { FirewallScope, WebFirewall } from './web-firewall';
import { FunctionWebSocketApi } from './websocket-api';
import { EnvironmentProfile, FirewallLevel } from '../environment-profile';
import { acknowledgeWildcard } from '../private/acknowledge';

/**
 * A site of files in a private bucket, served by CloudFront.
 *
 * By HTTPS alone, compressed, with security headers. A path of the application is answered with `index.html`, a file that is not there with 404.
 * What has a hash in its name is kept for a year, all else is asked for each time. Requests are logged.
 *
 * Fails on a region of the stack to whose buckets CloudFront delivers no logs, unless `accessLogs` is false.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export class StaticSite extends Construct {
  /** Holds the files. Private: only the distribution reads it. */
  public readonly bucket: s3.Bucket;
  /** Serves them. */
  public readonly distribution: cloudfront.Distribution;
  /** In front of the distribution. At level NONE there is none. */
  public readonly firewall: WebFirewall;
  /** Its address, such as `https://www.example.com`. */
  public readonly url: string;

  private readonly uploadOrder: UploadOrder;
  private readonly hasConfig: boolean;
  private readonly pathPatterns: string[] = [];

  constructor(scope: Construct, id: string, props: StaticSiteProps = {}) {
    super(scope, id);
    const profile = props.profile ?? EnvironmentProfile.of(this);
    this.uploadOrder = uploadOrder(props);
    this.hasConfig = props.config !== undefined;
    checkConfig(props);

    this.bucket = siteBucket(this, props, profile);
    this.firewall = new WebFirewall(this, 'Firewall', { ...props.firewall, protects: FirewallScope.CLOUDFRONT, profile });
    this.distribution = this.defineDistribution(props, profile);
    acceptFindings(this.distribution, props, profile);
    this.admitDistribution();
    props.domain?._recordsIn(this, route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(this.distribution)), true);
    this.url = `https://${props.domain?.domainName ?? this.distribution.distributionDomainName}`;
    if (props.assets !== undefined) uploadOnDeployment(this, this.bucket, props.assets, this.uploadOrder, profile);
  }

  /**
   * Allow uploads and invalidations, for a pipeline: what `uploadCommands()` need. Nothing can be deleted.
   *
   * The grantee must be in the account of the site.
   */
  public grantUpload(grantee: iam.IGrantable): iam.Grant {
    const objects = this.bucket.arnForObjects('*');
    const grant = (actions: string[], ...resourceArns: string[]): iam.Grant => iam.Grant.addToPrincipal({ grantee, actions, resourceArns });
    const uploads = grant(['s3:PutObject', 's3:AbortMultipartUpload'], objects)
      .combine(grant(['s3:ListBucket'], this.bucket.bucketArn))
      .combine(grant(['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'], this.distribution.distributionArn));
    const policy = policyOf(grantee);
    if (policy) acknowledgeWildcard(policy, objects, 'uploads whatever files the site has, to the bucket of that site alone; what was overwritten stays as an older version');
    return uploads;
  }

  /**
   * Commands that upload a folder, for a pipeline, in their order: what never changes, the rest, `index.html`, service workers, and an invalidation of the page. Nothing is deleted.
   *
   * The names in them are known at deployment: show them by a `CfnOutput`. Fails on a folder with quotes in its name.
   */
  public uploadCommands(directory: string): string[] {
    return uploadCommands(directory, this.bucket.bucketName, this.distribution.distributionId, this.uploadOrder);
  }

  /**
   * Serve a REST API under a path, such as `/api/*`: never cached, and asked with the path as it is, the prefix included. Its pages need no CORS.
   *
   * Paths are asked in the order in which they were added. The error page is left out from now on, see `errorPageStatuses`, and no error is kept.
   *
   * Fails on a path that takes `/index.html` from the site, or `/config.json` where it has a `config`, or that an earlier one hides.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
   */
  public addRestApi(pathPattern: string, api: FunctionRestApi): void {
    this._addApi(pathPattern, () => restApiBehavior(pathPattern, api.stage, api._headersFor(this)));
  }

  /**
   * Serve a WebSocket API under a path, such as `/ws`: by `wss://` alone.
   *
   * Paths are asked in the order in which they were added. The error page is left out from now on, see `errorPageStatuses`, and no error is kept.
   *
   * Fails on a path that takes `/index.html` from the site, or `/config.json` where it has a `config`, or that an earlier one hides.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html
   */
  public addWebSocketApi(pathPattern: string, api: FunctionWebSocketApi): void {
    this._addApi(pathPattern, (scope) => webSocketBehavior(scope, pathPattern, api.stage));
  }

  /**
   * Serve an API under a path. Later paths are asked after earlier ones.
   * @internal
   */
  public _addApi(pathPattern: string, behaviorIn: (scope: Construct) => ApiBehavior): void {
    checkPathPattern(pathPattern, this.pathPatterns);
    if (this.hasConfig) leaveConfig(pathPattern);
    this.pathPatterns.push(pathPattern);
    const apis = this.node.tryFindChild('Apis') as Construct | undefined ?? new Construct(this, 'Apis');
    const { origin, options } = behaviorIn(new Construct(apis, pathPattern));
    this.distribution.addBehavior(pathPattern, origin, options);
    keepNoErrors(this.distribution);
  }

  private defineDistribution(props: StaticSiteProps, profile: EnvironmentProfile): cloudfront.Distribution {
    const { domain } = props;
    const certificate = domain && siteCertificate(this, domain);
    const { spaRouting = true, config, contentSecurityPolicy } = props;
    const router = siteRouter(this, { spaRouting, domainName: domain?.domainName, redirectFrom: domain?.redirectFrom ?? [] });
    const origin = origins.S3BucketOrigin.withOriginAccessControl(this.bucket, {
      originId: 'Site',
      originAccessControl: new cloudfront.S3OriginAccessControl(this, 'AccessControl', { originAccessControlName: globalName(this, 'Site', 64) }),
      originAccessLevels: [cloudfront.AccessLevel.READ],
    });
    return new cloudfront.Distribution(this, 'Distribution', {
      comment: `Site of ${Stack.of(this).stackName}`,
      defaultBehavior: {
        origin,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: siteCache(this),
        responseHeadersPolicy: siteHeaders(this, contentSecurityPolicy),
        compress: true,
        functionAssociations: router && [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: router }],
      },
      // before any API, so that none hides it
      additionalBehaviors: config && { [CONFIG_PATH]: configBehavior(this, origin, { config, headers: headersByName(contentSecurityPolicy) }) },
      defaultRootObject: 'index.html',
      errorResponses: errorResponses(props, () => this.pathPatterns.length > 0),
      domainNames: domain && [domain.domainName, ...domain.alternativeNames, ...domain.redirectFrom],
      certificate,
      minimumProtocolVersion: certificate && cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      sslSupportMethod: certificate && cloudfront.SSLMethod.SNI,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      enableIpv6: true,
      priceClass: props.priceClass ?? profile.priceClass,
      publishAdditionalMetrics: props.additionalMetrics ?? profile.siteMetrics,
      webAclId: this.firewall.level === FirewallLevel.NONE ? undefined : this.firewall.webAclArn,
      ...(props.accessLogs ?? true) && { enableLogging: true, logBucket: logBucket(this), logIncludesCookies: false },
    });
  }

  /**
   * Who may list a bucket is told that an object is not there; others are told 403, which could not be told from a refusal.
   * The list itself is never served: the root of the distribution is `index.html`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  private admitDistribution(): void {
    this.bucket.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
      actions: ['s3:ListBucket'],
      resources: [this.bucket.bucketArn],
      conditions: { StringEquals: { 'AWS:SourceArn': this.distribution.distributionArn } },
    }));
  }
}

/** The policy that a grant to a role made here adds to. */
function policyOf({ grantPrincipal }: iam.IGrantable): IConstruct | undefined {
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal.node.tryFindChild('DefaultPolicy') : undefined;
}
