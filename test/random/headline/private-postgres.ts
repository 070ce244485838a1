// Random users of PrivatePostgres alone: in networks of every origin, with every option, handed to whoever asks.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as fc from 'fast-check';
import { IAppNetwork, IPrivatePostgres, PrivatePostgres, PrivatePostgresProps } from '../../../src';
import { databaseFields, databaseGroups, existingDatabases, grants, readReplicas } from '../arbitraries/data';
import { locks, profiles, settings } from '../arbitraries/environment';
import { networks } from '../arbitraries/network';
import { ids, maybe, User } from '../arbitraries/values';
import { Draft, Program } from '../program';
import { construct, jointly, struct, written, Written } from '../written';

function databases(user: User, slot: number): fc.Arbitrary<(network: Written<IAppNetwork>) => Written<PrivatePostgres>> {
  const props = struct<PrivatePostgresProps>('PrivatePostgresProps', { ...databaseFields(user), network: jointly, profile: profiles(user) });
  return fc.tuple(ids(user, [`Database${slot}`, `Base de données ${slot}`]), props, databaseGroups(user)).map(([id, chosen, groups]) =>
    (network) => construct(PrivatePostgres, id, chosen.with({ ...groups, network })));
}

/** Who else may connect. */
const admissions = (user: User): fc.Arbitrary<(database: Written<IPrivatePostgres>) => Written<unknown>> => fc.oneof(
  grants(user).map((grant) => (database: Written<IPrivatePostgres>) => grant(database)),
  fc.constantFrom('10.20.0.0/16', '203.0.113.7/32').map((block) => (database: Written<IPrivatePostgres>) =>
    written(`${database.code}.connections.allowDefaultPortFrom(Peer.ipv4('${block}'))`, (site) => database.make(site).connections.allowDefaultPortFrom(ec2.Peer.ipv4(block)))),
);

/** Programs that define one or two databases. */
export function programs(user: User): fc.Arbitrary<Program> {
  return fc.record({
    setting: settings(user),
    lock: maybe(locks),
    networkInBase: fc.boolean(),
    network: networks(user, 'Network'),
    first: databases(user, 0),
    second: maybe(databases(user, 1)),
    existing: maybe(existingDatabases(user, 'Old')),
    replicas: fc.tuple(maybe(readReplicas(user, 0)), maybe(readReplicas(user, 1))),
    admissions: fc.array(fc.tuple(fc.nat({ max: 4 }), admissions(user)), { maxLength: 4 }),
  }).map((drawn) => {
    const draft = new Draft(drawn.setting);
    const network = draft.define('network', drawn.network, drawn.networkInBase ? 'base' : 'main');
    if (drawn.lock) draft.define('lock', drawn.lock);
    const own = draft.defineAll<PrivatePostgres>('database', [drawn.first(network), drawn.second?.(network)]);
    const replicas = draft.defineAll<IPrivatePostgres>('replica', drawn.replicas.map((replicate) => replicate?.(own[0])));
    const made = [...own, ...draft.defineAll<IPrivatePostgres>('existing', [drawn.existing]), ...replicas];
    draft.defineAll('admission', drawn.admissions.map(([which, admit]) => admit(made[which % made.length])));
    return draft.program;
  });
}
