import { Match, Template } from 'aws-cdk-lib/assertions';
import { databaseStack } from './plain-network';

const ofLogGroups = (pattern: string): unknown => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:log-group:${pattern}`]],
});

describe('the exported logs', () => {
  const template = Template.fromStack(databaseStack().stack);
  const [instance] = Object.values(template.findResources('AWS::RDS::DBInstance'));

  test.each([['DatabasePostgresqlLogs0EEFD61B', 'postgresql'], ['DatabaseUpgradeLogsA548C373', 'upgrade']])('%s is made before the instance', (id, log) => {
    const { Properties } = template.findResources('AWS::Logs::LogGroup')[id];
    const [, [prefix, guid, suffix]] = Properties.LogGroupName['Fn::Join'];
    const [, [name, sameGuid, hash]] = instance.Properties.DBInstanceIdentifier['Fn::Join'];
    expect(prefix).toBe(`/aws/rds/instance/${name}`);
    expect(guid).toEqual(sameGuid);
    expect(suffix).toBe(`${hash}/${log}`);
    expect(instance.DependsOn).toContain(id);
  });

  test('and those of the rotation have retention and the key of the data', () => {
    expect(Object.keys(template.findResources('AWS::Logs::LogGroup'))).toHaveLength(3);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30, KmsKeyId: { 'Fn::GetAtt': ['DatabaseKey5E5D9547', 'Arn'] } });
  });

  test('may use the key, for the logs of databases alone', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([Match.objectLike({
          Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
          Condition: {
            ArnLike: {
              'kms:EncryptionContext:aws:logs:arn': [ofLogGroups('/aws/rds/instance/db-*'), ofLogGroups('/aws/vendedlogs/states/db-*')],
            },
          },
        })]),
      }),
    });
  });
});
