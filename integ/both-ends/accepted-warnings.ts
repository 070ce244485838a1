// Warnings that the examples are allowed to print, each with its reason: a warning that is not here fails `npm run synth:examples`, and so does an entry without its warning.

/** A warning, by its rule and the construct it is about. */
export interface AcceptedWarning {
  /** Of the built-in validation (W9008), or the id that a construct gave it (cdk-patternbook:…). */
  readonly rule: string;
  /** The construct's path. */
  readonly construct: RegExp;
  readonly reason: string;
}

/** The list. */
export const ACCEPTED_WARNINGS: readonly AcceptedWarning[] = [
  {
    rule: 'cdk-patternbook:AlertTopicNobodySubscribed',
    construct: /\/Alerts$/,
    reason: 'an example cannot know its reader\'s address; its README says where to write that down',
  },
  {
    rule: '@aws-cdk/core:crossStackReferencesDefaultStrong',
    construct: /^\w+$/,
    reason: 'without feature flags the CDK asks how stacks may refer to each other; that is for the app to say, not for a library, and the cdk.json of the examples says it',
  },
];
