// Which constructs must have random users of their own, and what of the library users must come to.
import { RANDOM_USERS, RandomUsers } from './headline';
import { PublicApi, publicApi } from './public-api';

/** A construct that users begin with. */
export interface Headline extends RandomUsers { readonly name: string }

/**
 * The constructs a user begins with: those on the floor of the apps, and those whose documentation shows how to begin. Fails on one without random users.
 */
export function headlines(api: PublicApi = publicApi()): Headline[] {
  const constructs = api.classes.filter(({ isConstruct }) => isConstruct);
  const names = constructs.filter(({ file, hasExample }) => file.startsWith('apps/') || hasExample).map(({ name }) => name);
  return names.map((name) => {
    if (!(name in RANDOM_USERS)) throw new Error(`headline construct '${name}' has no random users: write them in test/random/headline, and name them in its index.ts`);
    return { name, ...RANDOM_USERS[name] };
  });
}

/** What users can write, in the words of `Site.used`. */
export function everythingOf({ structs, classes, enumMembers }: PublicApi): string[] {
  return [...new Set([
    ...structs.flatMap(({ props }) => props.map(({ name, declaredBy }) => `${declaredBy}.${name}`)),
    ...classes.flatMap(({ members }) => members),
    ...classes.filter(({ isConstruct }) => isConstruct).map(({ name }) => `new ${name}`),
    ...enumMembers,
  ])].sort();
}
