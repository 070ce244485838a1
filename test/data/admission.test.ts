import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { PlainNetwork } from './plain-network';
import { admit } from '../../src/data/admission';
import { testStack } from '../harness';

function groups(): { stack: Stack; group: (id: string, allowAllOutbound: boolean) => ec2.SecurityGroup } {
  const stack = testStack();
  const { vpc } = new PlainNetwork(stack);
  return { stack, group: (id, allowAllOutbound) => new ec2.SecurityGroup(stack, id, { vpc, allowAllOutbound }) };
}

describe('admitting a user', () => {
  test('opens both ends, for the port of the database', () => {
    const { stack, group } = groups();
    const database = new ec2.Connections({ securityGroups: [group('Database', false)], defaultPort: ec2.Port.tcp(5432) });
    admit(group('User', false), { connections: database }, 'PostgreSQL');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Database'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^User'), 'GroupId'] },
      FromPort: 5432,
      ToPort: 5432,
      Description: 'PostgreSQL',
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^User'), 'GroupId'] },
      DestinationSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Database'), 'GroupId'] },
    });
  });

  test('that lets everything out needs no rule of its own, and no warning', () => {
    const { stack, group } = groups();
    const database = new ec2.Connections({ securityGroups: [group('Database', false)], defaultPort: ec2.Port.tcp(5432) });
    admit(group('User', true), { connections: database }, 'PostgreSQL');
    Template.fromStack(stack).resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('fails for a database whose port is not known', () => {
    const { group } = groups();
    expect(() => admit(group('User', true), group('Database', false), 'PostgreSQL')).toThrow(
      "'instance' must have a default port, got connections without one: give its port",
    );
  });
});
