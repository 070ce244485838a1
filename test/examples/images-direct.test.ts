// The choice that two-services-ghcr offers: images from GitHub by every task that starts, without ECR between.
import { Template } from 'aws-cdk-lib/assertions';
import { CHOICES, exampleContext, loadExample, synthesizedStacks } from '../../integ/example-app';

type Resources = Record<string, { readonly Type: string; readonly Properties: Record<string, any> }>;

const resourcesOf = (context: Record<string, unknown>): Resources => {
  const [{ template }] = synthesizedStacks<{ Resources: Resources }>(loadExample('two-services-ghcr', exampleContext('two-services-ghcr', 'prod', context)));
  return Template.fromJSON(template).toJSON().Resources;
};

let mirrored: Resources;
let direct: Resources;
beforeAll(() => {
  [mirrored, direct] = [resourcesOf({}), resourcesOf(CHOICES.find(({ name }) => name === 'images-direct')!.context)];
});

const ofType = (resources: Resources, type: string): Array<Record<string, any>> =>
  Object.values(resources).filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

test('it does without the mirror, and nothing else is another resource', () => {
  const gone = Object.keys(mirrored).filter((id) => direct[id] === undefined).map((id) => mirrored[id].Type);
  expect(gone.sort()).toEqual(['AWS::ECR::PullThroughCacheRule', 'AWS::ECR::RepositoryCreationTemplate']);
  expect(Object.keys(direct).filter((id) => mirrored[id] === undefined)).toEqual([]);
});

test('only the task definitions and the policies of who starts tasks differ', () => {
  const changed = Object.keys(direct).filter((id) => JSON.stringify(direct[id].Properties) !== JSON.stringify(mirrored[id].Properties));
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.filter((id) => !/TaskDefinition[0-9A-F]{8}$|ExecutionRoleDefaultPolicy/.test(id))).toEqual([]);
});

test('every container comes from ghcr.io, with the token that the registry wants', () => {
  const containers = ofType(direct, 'AWS::ECS::TaskDefinition').flatMap(({ ContainerDefinitions }) => ContainerDefinitions as Array<Record<string, any>>);
  expect(containers.map(({ Name, Image }) => [Name, Image]).sort()).toEqual([
    ['App', 'ghcr.io/acme/api:v1'],
    ['App', 'ghcr.io/acme/web:v1'],
    ['Migrate', 'ghcr.io/acme/api:v1'],
  ]);
  for (const { RepositoryCredentials } of containers) expect(JSON.stringify(RepositoryCredentials)).toContain(':secret:ghcr/token');
});

test('who starts a task may read the token, and nothing of ECR', () => {
  const policies = ofType(direct, 'AWS::IAM::Policy').map(({ PolicyDocument }) => JSON.stringify(PolicyDocument));
  expect(policies.filter((policy) => policy.includes(':secret:ghcr/token'))).toHaveLength(2);
  expect(policies.filter((policy) => policy.includes('ecr:'))).toEqual([]);
});
