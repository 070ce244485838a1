// What CloudFormation's built-in validation and the constructs themselves had to say about an assembly.
import * as fs from 'fs';
import * as path from 'path';
import { ACCEPTED_WARNINGS, AcceptedWarning } from './accepted-warnings';

/** Something to think about, which does not fail a synthesis. */
export interface Warning { readonly rule: string; readonly construct: string; readonly text: string }

interface Report {
  readonly pluginReports: ReadonlyArray<{
    readonly violations: ReadonlyArray<{
      readonly ruleName: string; readonly description: string; readonly violatingConstructs: ReadonlyArray<{ readonly constructPath: string }>;
    }>;
  }>;
}

/** Context under which findings are errors, and warnings of constructs are reported with those of the validation. */
export const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true, '@aws-cdk/core:annotationsInValidationReport': true };

/** The findings of an assembly, each with its construct. */
export function warningsIn(assembly: string): Warning[] {
  const { pluginReports }: Report = JSON.parse(fs.readFileSync(path.join(assembly, 'validation-report.json'), 'utf8'));
  return pluginReports.flatMap(({ violations }) => violations.flatMap(({ ruleName, description, violatingConstructs }) =>
    violatingConstructs.map(({ constructPath }) => ({ rule: ruleName.replace(/^Annotation::/, ''), construct: constructPath, text: description }))));
}

const accepts = (entry: AcceptedWarning, { rule, construct }: Warning): boolean => entry.rule === rule && entry.construct.test(construct);

/** Warnings that nobody accepted. */
export function unlistedWarnings(warnings: readonly Warning[], accepted = ACCEPTED_WARNINGS): Warning[] {
  return warnings.filter((warning) => !accepted.some((entry) => accepts(entry, warning)));
}

/** Entries of the list that no warning needs. */
export function staleWarnings(warnings: readonly Warning[], accepted = ACCEPTED_WARNINGS): AcceptedWarning[] {
  return accepted.filter((entry) => !warnings.some((warning) => accepts(entry, warning)));
}
