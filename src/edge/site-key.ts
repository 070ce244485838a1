// [internal] The key by which a REST API knows that a request came through its site: CloudFront adds it, and nobody else has it.
import { Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { FunctionRestApiOptions } from './rest-api-options';
import { acknowledge } from '../private/acknowledge';
import { shown } from '../private/validate';

/** CloudFront puts it in the place of what a browser sends under this name. */
const HEADER = 'x-api-key';

/** Fail where callers have keys of their own: those would not reach the API. */
export function checkSiteKey({ apiKeyRequired, onlyThroughSite }: FunctionRestApiOptions): void {
  if (apiKeyRequired && onlyThroughSite) {
    throw new Error("'apiKeyRequired' must be left out with 'onlyThroughSite', got both: the site sends a key of its own in the place of the caller's, so choose one of them");
  }
}

/**
 * A key of an API for its sites.
 *
 * @see https://aws.amazon.com/blogs/compute/protecting-your-api-using-amazon-api-gateway-and-aws-waf-part-2/
 */
export class SiteKey extends Construct {
  private readonly secret: secretsmanager.Secret;
  private isSent = false;

  constructor(private readonly owner: Construct, { api, stage }: { readonly api: apigateway.RestApi; readonly stage: apigateway.Stage }) {
    super(owner, 'SiteKey');
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      description: 'Key that the sites of a REST API send it',
      // API Gateway takes 20 to 128 letters
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledge(this.secret, ['AwsSolutions-SMG4', 'SecretsManagerRotationEnabled'],
      'CloudFormation hears of no rotation, and the API would refuse its site after one; it says where a request came from, and who calls is checked apart from it');
    acknowledge(this.secret, 'SecretsManagerUsingKMSKey', 'CloudFront and API Gateway hold the same value, whom a key of its own would not keep from showing it');
    const key = new apigateway.ApiKey(this, 'Key', { description: this.node.path, value: this.value });
    const plan = new apigateway.UsagePlan(this, 'UsagePlan', { description: this.node.path, apiStages: [{ api, stage }] });
    plan.addApiKey(key);
    owner.node.addValidation({
      validate: () => (this.isSent ? [] : [`'onlyThroughSite' of '${owner.node.path}' must come with a site, got none, and every request would be refused: add the API to one by `
        + 'site.addRestApi(), or leave it out']),
    });
  }

  /** What a site sends with each request. Fails where CloudFormation would not find the value. */
  public headersFor(site: Construct): { readonly [header: string]: string } {
    const [own, other] = [Stack.of(this.owner), Stack.of(site)];
    for (const [what, here, there] of [['region', own.region, other.region], ['account', own.account, other.account]]) {
      if (here === there || [here, there].some((each) => Token.isUnresolved(each))) continue;
      throw new Error(`'onlyThroughSite' of '${this.owner.node.path}' must come with a site in the same ${what}, whose stack reads the key there, got '${shown(there)}' for '${here}': `
        + `put both into stacks of one ${what}, or leave it out`);
    }
    this.isSent = true;
    return { [HEADER]: this.value };
  }

  /** A reference that CloudFormation resolves, so that no template holds the value. */
  private get value(): string {
    return this.secret.secretValue.unsafeUnwrap();
  }
}
