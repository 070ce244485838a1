// Random users by the construct that they begin with. `headline-constructs.ts` says which constructs must be here.
import * as fc from 'fast-check';
import * as haContainerWebApp from './ha-container-web-app';
import * as privatePostgres from './private-postgres';
import * as serverlessPwaApp from './serverless-pwa-app';
import * as standardAlarms from './standard-alarms';
import { User } from '../arbitraries/values';
import { Program } from '../program';

/** Random users of a construct. */
export interface RandomUsers {
  readonly programs: (user: User) => fc.Arbitrary<Program>;
  /** Values in a program, about: who slips does so once in one, or not at all. */
  readonly values: number;
}

/** By the name of the construct. */
export const RANDOM_USERS: Readonly<Record<string, RandomUsers>> = {
  HaContainerWebApp: { programs: haContainerWebApp.programs, values: 240 },
  PrivatePostgres: { programs: privatePostgres.programs, values: 25 },
  ServerlessPwaApp: { programs: serverlessPwaApp.programs, values: 150 },
  StandardAlarms: { programs: standardAlarms.programs, values: 15 },
};
