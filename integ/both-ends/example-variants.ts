// The ways in which each example is synthesized: in every profile, with a domain, as its folder stands, and with what it offers as a choice.
import { CHOICES, exampleContext, PROFILES } from '../example-app';

/** A way to synthesize an example. */
export interface ExampleVariant { readonly name: string; readonly context: (example: string) => Record<string, unknown> }

/** Context a user would give on the command line, so that TLS and DNS are seen too. */
const WITH_DOMAIN = { domain: 'api.example.com', hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' };

/** Every example is looked at in all of them. */
const VARIANTS: readonly ExampleVariant[] = [
  ...PROFILES.map((profile) => ({ name: profile, context: (example: string) => exampleContext(example, profile) })),
  { name: 'prod-with-domain', context: (example) => exampleContext(example, 'prod', WITH_DOMAIN) },
  // no address for its alarms: what its reader sees first
  { name: 'as-it-stands', context: (example) => exampleContext(example, 'prod', { alertEmail: undefined }) },
];

/** The ways to synthesize an example: those of all, and its own. */
export function variantsOf(example: string): ExampleVariant[] {
  const own = CHOICES.filter((choice) => choice.example === example);
  return [...VARIANTS, ...own.map(({ name, context }) => ({ name, context: () => exampleContext(example, 'prod', context) }))];
}
