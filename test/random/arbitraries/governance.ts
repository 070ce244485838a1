// Who owns, and who delivers.
import * as iam from 'aws-cdk-lib/aws-iam';
import * as fc from 'fast-check';
import { durations, flag, maybe, rarely, texts, User } from './values';
import { AccountGuardrails, AccountGuardrailsProps, GitHubDeliveryRole, GitHubDeliveryRoleProps, StandardTags, StandardTagsOptions } from '../../../src';
import { call, construct, jointly, listOf, literal, oneOf, provided, read, Some, struct, written, Written } from '../written';

/** Roles for pipelines, one in each slot. */
export function deliveryRoles(user: User, slot: number): fc.Arbitrary<Written<GitHubDeliveryRole>> {
  const provider: Some<iam.IOidcProvider> = fc.constantFrom(...[user.slips ? 'gitlab.com' : 'token.actions.acme.ghe.com', 'token.actions.githubusercontent.com'].map((issuer) =>
    written<iam.IOidcProvider>(`OidcProviderNative.fromOidcProviderArn('…/${issuer}')`, (site) =>
      iam.OidcProviderNative.fromOidcProviderArn(site.stack, site.id('Provider'), `arn:aws:iam::123456789012:oidc-provider/${issuer}`))));
  const props = struct<GitHubDeliveryRoleProps>('GitHubDeliveryRoleProps', {
    repository: texts(user, ['acme@1/api@2', 'acme/api', 'jane_acme@1/.github@22'], ['acme', 'acme/*', 'acme@1/api', '']),
    environment: jointly,
    branch: jointly,
    provider,
    deploysCdk: flag,
    regions: listOf(oneOf('eu-west-1', 'us-east-1'), { minLength: user.slips ? 0 : 1, maxLength: 2 }),
    maxSessionDuration: durations(user, 3600, 43200),
  });
  const environment = maybe(texts(user, ['production', 'prod:eu', 'ü'], ['', '*', 'a'.repeat(256)]));
  const branch = maybe(texts(user, ['main', 'release/1'], ['refs/heads/main', 'a b', '?']));
  return fc.tuple(props, environment, branch, rarely(user)).map(([chosen, where, from, both]) => construct(GitHubDeliveryRole, `Delivery${slot}`, chosen.with({
    ...where && { environment: where },
    ...from && (!where || both) && { branch: from },
  })));
}

/** Guardrails of the account, and what can be asked of them. */
export interface DrawnGuardrails {
  readonly made: Written<AccountGuardrails>;
  readonly questions: (made: Written<AccountGuardrails>) => Array<Written<unknown>>;
}

/** What of an account is recorded and checked, parts that need others together with these. */
export function accountGuardrails(user: User): fc.Arbitrary<DrawnGuardrails> {
  const props = struct<AccountGuardrailsProps>('AccountGuardrailsProps', {
    trail: jointly, dataEvents: jointly, configRules: jointly, configRecorder: jointly, configRole: jointly,
  });
  const some = maybe(fc.boolean());
  const parts = fc.record({ trail: some, dataEvents: some, configRules: some, configRecorder: some, configRole: some });
  const fits = ({ trail = true, dataEvents, configRules = true, configRecorder = true, configRole }: AccountGuardrailsProps): boolean =>
    (trail || configRules || configRecorder) && (trail || !dataEvents) && (configRecorder || !configRole);
  return fc.tuple(props, parts.filter((drawn) => (user.slips ? true : fits(drawn))), rarely(user)).map(([chosen, drawn, anyway]) => ({
    made: construct(AccountGuardrails, 'Guardrails', chosen.with({
      ...drawn.trail !== undefined && { trail: literal(drawn.trail) },
      ...drawn.dataEvents !== undefined && { dataEvents: literal(drawn.dataEvents) },
      ...drawn.configRules !== undefined && { configRules: literal(drawn.configRules) },
      ...drawn.configRecorder !== undefined && { configRecorder: literal(drawn.configRecorder) },
      ...drawn.configRole !== undefined && { configRole: literal(drawn.configRole) },
    })),
    questions: (made) => [
      provided(read(made, 'trail'), () => anyway || drawn.trail !== false),
      provided(read(made, 'bucket'), () => anyway || drawn.trail !== false || drawn.configRecorder !== false),
    ],
  }));
}

/** Tags on the app. */
export function standardTags(user: User): Some<void> {
  const value = texts(user, ['fillup', 'Größe 1', 'a_b.c:d/e=f+g-h@i'], ['', ' ', 'R&D', 'aws:x', 'x'.repeat(257)], false);
  const options = struct<StandardTagsOptions>('StandardTagsOptions', { application: value, component: value, costCenter: value, owner: value, environment: value });
  return options.map((chosen) => call(StandardTags, 'apply', written('this.node.root', (site) => site.app), chosen));
}
