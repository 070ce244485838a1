// [internal] What rule packs find on a REST API and the library accepts. That anyone may call is not among them: without an authorizer the finding stays for the user to see.
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { FunctionRestApiOptions } from './rest-api-options';
import { EnvironmentProfile } from '../environment-profile';
import { acknowledge } from '../private/acknowledge';

/** Findings on the stage. */
export function acceptApiFindings(api: apigateway.RestApi, { firewall, cacheTtl }: FunctionRestApiOptions, profile: EnvironmentProfile): void {
  const stage = api.deploymentStage.node.defaultChild!;
  if (firewall === undefined) {
    acknowledge(stage, ['AwsSolutions-APIG3', 'APIGWAssociatedWithWAF'], 'a firewall is billed by rule and request, stands before the site that the API is reached by, and comes with the prop '
      + "'firewall'; without one, requests beyond the throttle are refused");
  } else if (firewall.level === undefined && profile._doesWithout('firewall')) {
    acknowledge(stage, ['AwsSolutions-APIG3', 'APIGWAssociatedWithWAF'], `${profile.name}: no firewall; requests beyond the throttle are refused`);
  }
  acknowledge(stage, 'APIGWSSLEnabled', 'a client certificate shows a server that its caller is API Gateway; here it calls a function, which IAM lets this API alone do');
  if (cacheTtl === undefined) {
    acknowledge(stage, 'APIGWCacheEnabledAndEncrypted', "answers may be for one caller alone, and a cache is billed by the hour; it comes with the prop 'cacheTtl', and encrypted");
  } else {
    acknowledge(stage, 'APIGWCacheEnabledAndEncrypted', 'answers to GET are cached, and encrypted; those to other methods are made anew for each request');
  }
}

/** One that is not of Cognito. Without any the findings stay. */
export function acceptAuthorizer(method: apigateway.Method, { authorizer }: FunctionRestApiOptions): void {
  if (authorizer === undefined) return;
  acknowledge(method, 'AwsSolutions-COG4', 'the authorizer that is given decides who may call, in place of one of Cognito');
}
