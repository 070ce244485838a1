// Which AWS account this is, and what of the tests stands in it.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** The account that the credentials at hand belong to. Fails without any, and says how to get some. */
export async function accountOf(profile: string | undefined, region: string): Promise<string> {
  try {
    const { Account: account } = await new STSClient({ region, profile, maxAttempts: 2 }).send(new GetCallerIdentityCommand({}));
    return account!;
  } catch (error) {
    throw new Error(`there are no AWS credentials that work${profile === undefined ? '' : ` in the profile '${profile}'`} (${(error as Error).message}): `
      + 'log in to an account of your own, for example with `aws sso login`, and name its profile by --profile; or see what would be deployed with --dry-run');
  }
}

/** Those of some stacks that are in a region. */
export async function stacksThere(names: readonly string[], profile: string | undefined, region: string): Promise<string[]> {
  const client = new CloudFormationClient({ region, profile });
  const found = await Promise.all(names.map(async (name) => {
    try {
      const { Stacks: stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
      return stacks.some(({ StackStatus: status }) => status !== 'DELETE_COMPLETE') ? [name] : [];
    } catch (error) {
      // the answer for a stack that is not there
      if (/does not exist/.test((error as Error).message)) return [];
      throw error;
    }
  }));
  return found.flat();
}
