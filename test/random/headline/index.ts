// Random users by the construct that they begin with. `headline-constructs.ts` says which constructs must be here.
import * as fc from 'fast-check';
import * as haContainerWebApp from './ha-container-web-app';
import * as privatePostgres from './private-postgres';
import * as standardAlarms from './standard-alarms';
import { User } from '../arbitraries/values';
import { Program } from '../program';

/** What users of some temper write. */
export type Programs = (user: User) => fc.Arbitrary<Program>;

/** By the name of the construct. */
export const PROGRAMS: Readonly<Record<string, Programs>> = {
  HaContainerWebApp: haContainerWebApp.programs,
  PrivatePostgres: privatePostgres.programs,
  StandardAlarms: standardAlarms.programs,
};
