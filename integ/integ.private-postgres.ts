// A database in a network of its own: encrypted, private, with an encrypted URL secret.
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import { AppNetwork, Egress, PrivatePostgres } from 'cdk-patternbook';

const app = new App({ context: { 'patternbook:environment': 'dev' } });
const stack = new Stack(app, 'PrivatePostgresInteg');
const network = new AppNetwork(stack, 'Network', { maxAzs: 2, egress: Egress.singleNat() });
const database = new PrivatePostgres(stack, 'Database', { network });

const integ = new IntegTest(app, 'PrivatePostgres', { testCases: [stack], stackUpdateWorkflow: false });
integ.assertions
  .awsApiCall('rds', 'DescribeDBInstances', { DBInstanceIdentifier: database.instanceIdentifier })
  .expect(ExpectedResult.objectLike({
    DBInstances: [{ Engine: 'postgres', StorageEncrypted: true, PubliclyAccessible: false, DBInstanceStatus: 'available' }],
  }));
// the value itself is not read: the assertion's log would show it
integ.assertions
  .awsApiCall('secrets-manager', 'DescribeSecret', { SecretId: database.urlSecret.secretArn })
  .assertAtPath('KmsKeyId', ExpectedResult.stringLikeRegexp('.+'));
