// Which constructs must have random users of their own, and what of the library users must come to.
import { Programs, PROGRAMS } from './headline';
import { PublicApi, publicApi } from './public-api';

/** Random users of a construct. */
export interface Headline { readonly name: string; readonly programs: Programs }

/**
 * The constructs a user begins with: those on the floor of the apps, and those whose documentation shows how to begin. Fails on one without random users.
 */
export function headlines(api: PublicApi = publicApi()): Headline[] {
  const constructs = api.classes.filter(({ isConstruct }) => isConstruct);
  const names = constructs.filter(({ file, hasExample }) => file.startsWith('apps/') || hasExample).map(({ name }) => name);
  return names.map((name) => {
    if (!(name in PROGRAMS)) throw new Error(`headline construct '${name}' has no random users: write them in test/random/headline, and name them in its index.ts`);
    return { name, programs: PROGRAMS[name] };
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
