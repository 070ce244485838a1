// The same with the library's own network and database in place of plain CDK parts.
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { findings } from './app-tier';
import { AppNetwork, ContainerCluster, ContainerService, Egress, ImageRepository, PrivatePostgres } from '../../src';
import { FLAG_SETS } from '../harness';

describe.each(FLAG_SETS)('split over four stacks without NAT, with %s', (_, flags) => {
  describe.each(['strong', 'weak'])('and %s references', (strength) => {
    const app = new App({ context: { ...flags, '@aws-cdk/core:defaultCrossStackReferences': strength } });
    const images = new ImageRepository(new Stack(app, 'Images'), 'Shop');
    const data = new Stack(app, 'Data');
    const network = new AppNetwork(data, 'Network', { maxAzs: 2, egress: Egress.endpointsOnly() });
    const database = new PrivatePostgres(data, 'Database', { network });
    const services = new Stack(app, 'Services');
    const cluster = new ContainerCluster(services, 'Cluster', { network });
    const image = ecs.ContainerImage.fromEcrRepository(images, 'v1');
    const search = new ContainerService(services, 'Search', { cluster, image, port: 9200 });
    const more = new Stack(app, 'More');
    const api = new ContainerService(more, 'Api', { cluster, image, port: 8000, readonlyRootFilesystem: true });
    api.useDatabase(database);
    api.useService(search);
    api.addMigration('Migrate', { command: ['alembic', 'upgrade', 'head'] });
    const template = Template.fromStack(more);

    test('references point from services to data', () => {
      const assembly = app.synth();
      const dependenciesOf = (name: string): string[] =>
        assembly.getStackByName(name).dependencies.map(({ id }) => id).filter((id) => !id.includes('.assets')).sort();
      expect(dependenciesOf('Data')).toEqual([]);
      expect(dependenciesOf('Services')).toEqual(['Data', 'Images']);
      expect(dependenciesOf('More')).toEqual(['Data', 'Images', 'Services']);
    });

    test('the service follows the rotation that the database has in prod', () => {
      expect(database.rotatesSecret).toBe(true);
      template.resourceCountIs('AWS::StepFunctions::StateMachine', 1);
      template.hasResourceProperties('AWS::Events::Rule', { EventPattern: { detail: { secretArn: [Match.anyValue()] } } });
    });

    test('the rules that admit it stand beside it', () => {
      template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 2);
    });

    test('cdk-nag finds nothing', () => {
      expect([search, cluster].flatMap((part) => findings(services, part))).toEqual([]);
      expect(findings(more, api)).toEqual([]);
    });
  });
});
