// Random users of PrivatePostgres alone: in networks of every origin, with every option, handed to whoever asks.
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as fc from 'fast-check';
import { IAppNetwork, IPrivatePostgres, PrivatePostgres, PrivatePostgresProps } from '../../../src';
import { databaseFields, databaseGroups, existingDatabases, grants } from '../arbitraries/data';
import { locks, profiles, settings } from '../arbitraries/environment';
import { networks } from '../arbitraries/network';
import { ids, numbers, User } from '../arbitraries/values';
import { Program } from '../program';
import { construct, jointly, reference, Statement, struct, written, Written } from '../written';

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
    lock: fc.option(locks, { nil: undefined, freq: 2 }),
    networkInBase: fc.boolean(),
    network: networks(user, 'Network'),
    first: databases(user, 0),
    second: fc.option(databases(user, 1), { nil: undefined, freq: 3 }),
    existing: fc.option(existingDatabases(user, 'Old'), { nil: undefined, freq: 3 }),
    admissions: fc.array(fc.tuple(numbers({ slips: false }, 0, 2, false), admissions(user)), { maxLength: 4 }),
  }).map(({ setting, lock, networkInBase, network, first, second, existing, admissions: asked }) => {
    const statements: Statement[] = [{ name: 'network', place: networkInBase ? 'base' : 'main', value: network }];
    if (lock) statements.push({ name: 'lock', place: 'main', value: lock });
    const given = reference<IAppNetwork>('network');
    const made: Array<Written<IPrivatePostgres> | undefined> = [first(given), second?.(given), existing];
    const found = made.flatMap((value, index) => {
      if (!value) return [];
      statements.push({ name: `database${index}`, place: 'main', value });
      return [reference<IPrivatePostgres>(`database${index}`)];
    });
    asked.forEach(([which, admit], index) => statements.push({ name: `admission${index}`, place: 'main', value: admit(found[Number(which.code) % found.length]) }));
    return { setting, statements };
  });
}
