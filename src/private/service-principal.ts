// [internal] Who may take a role.
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';

/** A service of AWS, as far as it acts for this account: it could otherwise be made to use the role by others. */
export function fromThisAccount(scope: IConstruct, service: string): iam.ServicePrincipal {
  return new iam.ServicePrincipal(service, { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } } });
}
