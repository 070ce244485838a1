import { App, AppProps, CfnParameter, DefaultStackSynthesizer, Duration, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as fc from 'fast-check';
import { GitHubDeliveryRole, GitHubDeliveryRoleProps, ImageRepository } from '../../src';
import { findings } from '../compute/app-tier';
import { FLAG_SETS, testApp, testStack } from '../harness';

const REPOSITORY = 'acme@123456/api@456789';
const ISSUER = 'token.actions.githubusercontent.com';
const PROVIDER_ARN = `arn:aws:iam::111111111111:oidc-provider/${ISSUER}`;
const PROVIDER = 'AWS::IAM::OIDCProvider';

const roleIn = (stack: Stack, props: Partial<GitHubDeliveryRoleProps> = {}, id = 'Delivery'): GitHubDeliveryRole =>
  new GitHubDeliveryRole(stack, id, { repository: REPOSITORY, ...props });
const templateOf = (props?: Partial<GitHubDeliveryRoleProps>): Template => {
  const stack = testStack();
  roleIn(stack, props);
  return Template.fromStack(stack);
};
const making = (props: Partial<GitHubDeliveryRoleProps>) => (): unknown => roleIn(testStack(), props);
const trustOf = (template: Template): any => Object.values(template.findResources('AWS::IAM::Role'))[0].Properties.AssumeRolePolicyDocument;

describe.each(FLAG_SETS)('a role, with %s', (_, flags) => {
  const stack = new Stack(new App({ context: flags }), 'Stack');
  roleIn(stack, { environment: 'production' });
  const template = Template.fromStack(stack);

  test('is taken on by the jobs of one repository in one environment, exactly', () => {
    const [provider] = Object.keys(template.findResources(PROVIDER));
    expect(trustOf(template).Statement).toEqual([{
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: { Ref: provider } },
      Condition: { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: 'repo:acme@123456/api@456789:environment:production' } },
    }]);
  });

  test('deploys by the roles of `cdk bootstrap` of its account and region, and may do nothing else', () => {
    const [account, region] = [{ Ref: 'AWS::AccountId' }, { Ref: 'AWS::Region' }];
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policies.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([[{
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map((name) => ({
        'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', account, `:role/cdk-hnb659fds-${name}-role-`, account, '-', region]],
      })),
    }]]);
    template.hasResourceProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('comes with the provider of GitHub\'s tokens, by a resource of CloudFormation and no function', () => {
    template.hasResourceProperties(PROVIDER, { Url: `https://${ISSUER}`, ClientIdList: ['sts.amazonaws.com'] });
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });
});

describe('who takes it on', () => {
  test.each<[string, Partial<GitHubDeliveryRoleProps>, string]>([
    ['jobs on main by default', {}, `repo:${REPOSITORY}:ref:refs/heads/main`],
    ['jobs on another branch', { branch: 'release/1.x' }, `repo:${REPOSITORY}:ref:refs/heads/release/1.x`],
    ['jobs in an environment', { environment: 'prod eu' }, `repo:${REPOSITORY}:environment:prod eu`],
    ['jobs in an environment with a colon', { environment: 'prod:eu' }, `repo:${REPOSITORY}:environment:prod%3Aeu`],
    ['jobs of a repository without ids', { repository: 'acme/api' }, 'repo:acme/api:ref:refs/heads/main'],
    ['jobs of an enterprise\'s user', { repository: 'jane_acme/.github' }, 'repo:jane_acme/.github:ref:refs/heads/main'],
  ])('%s', (_, props, subject) => {
    const stack = testStack();
    expect(roleIn(stack, props).subject).toBe(subject);
    expect(trustOf(Template.fromStack(stack)).Statement[0].Condition.StringEquals[`${ISSUER}:sub`]).toBe(subject);
  });

  test('no two ways of asking trust one and the same job', () => {
    const name = fc.stringMatching(/^[a-z0-9:@/._-]{1,8}$/);
    const asked = fc.record({ repository: fc.tuple(name, name).map((parts) => parts.join('/')), environment: name, branch: name }, { requiredKeys: ['repository'] });
    const subjectOf = (props: Partial<GitHubDeliveryRoleProps>): string | undefined => {
      try {
        return roleIn(testStack(), props).subject;
      } catch (error) {
        expect((error as Error).message).toMatch(/^'(repository|environment|branch)' must /);
        return undefined;
      }
    };
    const key = ({ repository, environment, branch }: Partial<GitHubDeliveryRoleProps>): string =>
      JSON.stringify([repository, environment, environment === undefined ? branch ?? 'main' : undefined]);
    fc.assert(fc.property(asked, asked, (one, other) => {
      const [ones, others] = [subjectOf(one), subjectOf(other)];
      if (ones === undefined || others === undefined) return;
      expect(ones === others).toBe(key(one) === key(other));
      // what a token says: https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
      expect(ones).toMatch(/^repo:[^:/]+\/[^:/]+:(environment:[^:]+|ref:refs\/heads\/[^:]+)$/);
    }));
  });

  test.each(['acme', 'acme/*', '*/api', 'acme/api/web', 'https://github.com/acme/api', 'acme@1/api', 'acme/api@1', 'acme@x/api@y', 'repo:acme/api', '', 'acme/api:ref'])(
    "repository '%s' fails", (repository) => {
      expect(making({ repository })).toThrow(
        `'repository' must be 'owner@id/name@id' or 'owner/name', got '${repository}': name one repository, without patterns, with both ids or with none`,
      );
    },
  );

  test.each<['environment' | 'branch', string]>([
    ['environment', '*'], ['environment', 'prod-?'], ['environment', ' '], ['environment', ''], ['environment', 'a'.repeat(256)], ['branch', 'release/*'], ['branch', ''],
  ])("%s '%s' fails", (prop, value) => {
    expect(making({ [prop]: value })).toThrow(`'${prop}' must be one name of 1 to 255 characters, without patterns, got '${value}': define a role for each`);
  });

  test.each(['refs/heads/main', 'a b', 'a:b', 'a..b', 'a^', 'a~1', 'a[1]', 'a\\b'])("branch '%s' fails", (branch) => {
    expect(making({ branch })).toThrow(`'branch' must be a name as git has it, without 'refs/heads/', got '${branch}': write 'main' for refs/heads/main`);
  });

  test('an environment and a branch fail together', () => {
    expect(making({ environment: 'production', branch: 'main' })).toThrow(
      "'environment' must not be combined with 'branch', got 'production' and 'main': the token of a job names its environment if it has one, so leave the branch out, "
      + 'and set at GitHub which branches the environment takes',
    );
  });

  test('what is known only at deployment passes', () => {
    const token = Token.asString({ Ref: 'Name' });
    expect(making({ repository: token, environment: token })).not.toThrow();
    expect(making({ repository: token, branch: token })).not.toThrow();
  });

  describe('without ids of the repository', () => {
    const warnings = (repository: string): string[] => {
      const stack = testStack();
      roleIn(stack, { repository });
      return Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
    };

    test('is warned of: a repository that is new or renamed would be turned away', () => {
      expect(warnings('acme/api')).toEqual([expect.stringContaining("'acme/api' of 'Stack/Delivery' is named without ids: repositories that were made, renamed or moved since "
        + "15 July 2026 name theirs, and are turned away; write 'owner@id/name@id', or acknowledge this warning for an older one")]);
      expect(warnings('acme/api')[0]).toContain('cdk-patternbook:GitHubDeliveryRoleRepositoryWithoutIds');
    });

    test('with them, and where it is not known, nobody is warned', () => {
      expect([...warnings(REPOSITORY), ...warnings(Token.asString({ Ref: 'Name' }))]).toEqual([]);
    });
  });
});

describe('what it may do', () => {
  const resourcesOf = (template: Template): string => JSON.stringify(Object.values(template.findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties.PolicyDocument));
  const inPlace = (props: AppProps = {}, stackProps = {}): Stack => new Stack(testApp({}, props), 'Stack', { env: { account: '111111111111', region: 'eu-west-1' }, ...stackProps });

  test('nothing, where it does not deploy', () => {
    templateOf({ deploysCdk: false }).resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('deploy to other regions, and to no other then', () => {
    const stack = inPlace();
    roleIn(stack, { regions: ['us-east-1', 'eu-central-1'] });
    const text = resourcesOf(Template.fromStack(stack));
    const names = ['us-east-1', 'eu-central-1'].flatMap((region) =>
      ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map((name) => `cdk-hnb659fds-${name}-role-111111111111-${region}`));
    expect([...text.match(/cdk-hnb659fds-[\w-]+/g)!].sort()).toEqual(names.sort());
  });

  test('no region to deploy to fails', () => {
    expect(making({ regions: [] })).toThrow("'regions' must name at least one, got none: leave it out for that of the stack, or set 'deploysCdk' to false");
  });

  test('deploy by roles of another qualifier, whichever way the app says so', () => {
    const byContext = new Stack(testApp({ '@aws-cdk/core:bootstrapQualifier': 'shop' }), 'Stack');
    const bySynthesizer = inPlace({}, { synthesizer: new DefaultStackSynthesizer({ qualifier: 'shop' }) });
    const nested = new NestedStack(new Stack(testApp({ '@aws-cdk/core:bootstrapQualifier': 'shop' }), 'Stack'), 'Nested');
    for (const stack of [byContext, bySynthesizer, nested]) {
      roleIn(stack);
      expect(resourcesOf(Template.fromStack(stack)).match(/cdk-\w+-deploy-role/g)).toEqual(['cdk-shop-deploy-role']);
    }
  });

  test('push images that it is granted, logging in by a policy of its own, once', () => {
    const stack = testStack();
    const delivery = roleIn(stack, { deploysCdk: false });
    const [api, web] = ['Api', 'Web'].map((id) => new ImageRepository(stack, id));
    api.grantPullPush(delivery);
    web.grantPullPush(delivery);
    const template = Template.fromStack(stack);
    const policies = template.findResources('AWS::IAM::Policy');
    const login = Object.keys(policies).filter((id) => id.includes('RegistryLogin'));
    expect(Object.keys(policies)).toHaveLength(2);
    expect(login).toHaveLength(1);
    expect(policies[login[0]].Properties).toMatchObject({
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' }] },
      Roles: [stack.resolve(delivery.role.roleName)],
    });
    const [other] = Object.keys(policies).filter((id) => !login.includes(id));
    const text = JSON.stringify(policies[other].Properties.PolicyDocument);
    expect(text).toContain('ecr:PutImage');
    expect(text).not.toContain('"*"');
  });

  test('keep its credentials for an hour, or as long as is said', () => {
    templateOf().hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 3600 });
    templateOf({ maxSessionDuration: Duration.hours(12) }).hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 43200 });
  });

  test('keep them as long as only deployment knows', () => {
    const stack = testStack();
    roleIn(stack, { maxSessionDuration: Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber) });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: { Ref: 'Seconds' } });
  });

  test.each([Duration.minutes(59), Duration.minutes(721)])('credentials for %s fail', (maxSessionDuration) => {
    expect(making({ maxSessionDuration })).toThrow(`'maxSessionDuration' must be 3600 to 43200, got ${maxSessionDuration.toSeconds()}: choose whole seconds within these`);
  });
});

describe('the provider', () => {
  const refused = (stack: string, other: string): string => `'provider' must be given in '${stack}', as an account has one provider of GitHub's tokens, and '${other}' is it: `
    + "pass that one, the 'provider' of a GitHubDeliveryRole, or tell the accounts apart by 'env' of their stacks";
  const given = (stack: Stack, arn = PROVIDER_ARN): iam.IOidcProvider => iam.OidcProviderNative.fromOidcProviderArn(stack, 'Provider', arn);

  test('is one for all roles of a stack, whichever comes first', () => {
    const idsOf = (...ids: string[]): string[] => {
      const stack = testStack();
      const roles = ids.map((id) => roleIn(stack, {}, id));
      expect(new Set(roles.map(({ provider }) => provider)).size).toBe(1);
      return Object.keys(Template.fromStack(stack).findResources(PROVIDER));
    };
    expect(idsOf('Dev', 'Prod')).toEqual(['GitHubTokens073C626B']);
    expect(idsOf('Prod', 'Dev')).toEqual(['GitHubTokens073C626B']);
    expect(idsOf('Prod')).toEqual(['GitHubTokens073C626B']);
  });

  test('that exists is used, and none made', () => {
    const stack = testStack();
    roleIn(stack, { provider: given(stack) });
    const template = Template.fromStack(stack);
    template.resourceCountIs(PROVIDER, 0);
    expect(trustOf(template).Statement[0].Principal).toEqual({ Federated: PROVIDER_ARN });
  });

  test('of another role is used in another stack', () => {
    const app = testApp();
    const { provider } = roleIn(new Stack(app, 'One'));
    const other = new Stack(app, 'Other');
    roleIn(other, { provider });
    expect(() => app.synth()).not.toThrow();
    Template.fromStack(other).resourceCountIs(PROVIDER, 0);
  });

  test('made twice in an account fails, in both stacks', () => {
    const app = testApp();
    roleIn(new Stack(app, 'One'));
    roleIn(new Stack(app, 'Other'));
    expect(() => app.synth()).toThrow(refused('One', 'Other/GitHubTokens'));
    expect(() => app.synth()).toThrow(refused('Other', 'One/GitHubTokens'));
  });

  test('is made once in each of several accounts', () => {
    const app = testApp();
    for (const account of ['111111111111', '222222222222']) roleIn(new Stack(app, `In${account}`, { env: { account, region: 'eu-west-1' } }));
    expect(() => app.synth()).not.toThrow();
  });

  test('made twice in an account fails in two regions, too: IAM is the same in all', () => {
    const app = testApp();
    for (const region of ['eu-west-1', 'us-east-1']) roleIn(new Stack(app, region, { env: { account: '111111111111', region } }));
    expect(() => app.synth()).toThrow(refused('eu-west-1', 'us-east-1/GitHubTokens'));
  });

  test('made by the app beside it fails', () => {
    const stack = testStack();
    roleIn(stack);
    new iam.OidcProviderNative(stack, 'Own', { url: `https://${ISSUER}` });
    expect(() => Template.fromStack(stack)).toThrow(refused('Stack', 'Stack/Own/Resource'));
  });

  test('of somebody else beside it passes', () => {
    const stack = testStack();
    roleIn(stack);
    new iam.OidcProviderNative(stack, 'Own', { url: 'https://gitlab.com' });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('of something else than GitHub fails', () => {
    const stack = testStack();
    expect(() => roleIn(stack, { provider: given(stack, 'arn:aws:iam::111111111111:oidc-provider/gitlab.com') })).toThrow(
      `'provider' must be one of tokens of GitHub Actions, got one of 'gitlab.com': pass that of '${ISSUER}'`,
    );
  });

  test.each(['token.actions.acme.ghe.com', 'github.acme.example/_services/token'])('of an enterprise names its own issuer: %s', (issuer) => {
    const stack = testStack();
    roleIn(stack, { provider: given(stack, `arn:aws:iam::111111111111:oidc-provider/${issuer}`) });
    expect(Object.keys(trustOf(Template.fromStack(stack)).Statement[0].Condition.StringEquals)).toEqual([`${issuer}:aud`, `${issuer}:sub`]);
  });

  test('known only at deployment is taken for that of github.com', () => {
    const stack = testStack();
    roleIn(stack, { provider: given(stack, new CfnParameter(stack, 'Arn').valueAsString) });
    expect(Object.keys(trustOf(Template.fromStack(stack)).Statement[0].Condition.StringEquals)).toEqual([`${ISSUER}:aud`, `${ISSUER}:sub`]);
  });
});

test('another role changes nothing about the first', () => {
  const alone = testStack();
  const beside = testStack();
  roleIn(alone);
  roleIn(beside, { environment: 'production' }, 'Another');
  roleIn(beside);
  expect(Template.fromStack(beside).toJSON().Resources).toMatchObject(Template.fromStack(alone).toJSON().Resources);
});

test('cdk-nag finds nothing, with images to push either', () => {
  const stack = new Stack(testApp(), 'Stack');
  const delivery = roleIn(stack);
  new ImageRepository(stack, 'Images').grantPullPush(delivery);
  expect(findings(stack, delivery)).toEqual([]);
});

test('cdk-nag still finds a wildcard that the app grants', () => {
  const stack = new Stack(testApp(), 'Stack');
  const delivery = roleIn(stack);
  new ImageRepository(stack, 'Images').grantPullPush(delivery);
  delivery.role.addToPolicy(new iam.PolicyStatement({ actions: ['ecr:DescribeRegistry'], resources: ['*'] }));
  expect(findings(stack, delivery)).toEqual(['AwsSolutions-IAM5[Resource::*] Stack/Delivery/Role/DefaultPolicy/Resource']);
});
