// [internal] Services of AWS that are admitted to roles, keys and topics.
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';

/**
 * A service of AWS, as far as it acts for this account: others could otherwise make it use what it is admitted to.
 *
 * @param sourceArn what it must act for, where the service says so; a pattern
 */
export function fromThisAccount(scope: IConstruct, service: string, sourceArn?: string): iam.ServicePrincipal {
  const account = { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } };
  return new iam.ServicePrincipal(service, { conditions: sourceArn === undefined ? account : { ...account, ArnLike: { 'aws:SourceArn': sourceArn } } });
}
