import { Match, Template } from 'aws-cdk-lib/assertions';
import { databaseStack } from './plain-network';

describe('the role of enhanced monitoring', () => {
  const template = Template.fromStack(databaseStack().stack);

  test('is assumed by RDS for this one instance', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'monitoring.rds.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':db:db-', '-29b36752'])] } },
          },
        }],
        Version: '2012-10-17',
      },
    });
  });

  test('reaches the log group of enhanced monitoring and no other', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: [{
        PolicyName: 'EnhancedMonitoring',
        PolicyDocument: Match.objectLike({
          Statement: [Match.objectLike({ Resource: ['arn:*:logs:*:*:log-group:RDSOSMetrics', 'arn:*:logs:*:*:log-group:RDSOSMetrics:*'] })],
        }),
      }],
    });
  });
});
