// By which tags costs are told apart, and owners are found.
import { Tags, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { REPLACED_BY_TAGS } from './replaced-by-tags';
import { EnvironmentProfile } from '../environment-profile';

/** What the five tags say. */
export interface StandardTagsOptions {
  /** Tag `Application`. */
  readonly application: string;
  /** Tag `Component`: the part of the application that the scope is. */
  readonly component: string;
  /** Tag `CostCenter`: who pays. */
  readonly costCenter: string;
  /** Tag `Owner`: who answers for it. */
  readonly owner: string;
  /** Tag `Environment`. @default - name of EnvironmentProfile.of(scope) */
  readonly environment?: string;
}

/** The tags `Application`, `Component`, `CostCenter`, `Owner` and `Environment` on whatever can be tagged. */
export class StandardTags {
  /**
   * Tag everything in a scope that can be tagged, also what joins it later.
   *
   * The scope is an app, a stack or a construct. Of two calls the one on the inner scope wins. Resources that CloudFormation would replace for a changed tag are left without: whoever renames an owner
   * must lose no data. Stacks themselves are not tagged, whatever the feature flags say: their tags are the prop `tags` of a `Stack`.
   *
   * Fails on a value that is empty, is longer than 256 characters, has characters that not all services take, or begins with `aws:`, which is AWS's own.
   *
   * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
   */
  public static apply(scope: IConstruct, options: StandardTagsOptions): void {
    const values: Record<string, string> = {
      Application: checked('application', options.application),
      Component: checked('component', options.component),
      CostCenter: checked('costCenter', options.costCenter),
      Environment: checked('environment', options.environment ?? EnvironmentProfile.of(scope).name),
      Owner: checked('owner', options.owner),
    };
    for (const [key, value] of Object.entries(values)) Tags.of(scope).add(key, value, { excludeResourceTypes: [STACK, ...REPLACED_BY_TAGS] });
  }

  private constructor() {}
}

/** What the CDK calls a stack among the types that are tagged. */
const STACK = 'aws:cdk:stack';

function checked(prop: string, value: string): string {
  if (Token.isUnresolved(value)) return value;
  if (value.trim() === '' || value.length > 256) {
    throw new Error(`'${prop}' must be 1 to 256 characters, got ${value.trim() === '' ? `'${value}'` : value.length}: a tag of AWS holds no more, and an empty one says nothing, so choose another`);
  }
  if (/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.test(value)) {
    throw new Error(`'${prop}' must be letters, digits, spaces and _ . : / = + - @, got '${value}': some services would refuse to tag their resources by other characters, so leave those out`);
  }
  if (/^aws:/i.test(value)) throw new Error(`'${prop}' must not begin with 'aws:', got '${value}': these tags are AWS's own, choose another word`);
  return value;
}
