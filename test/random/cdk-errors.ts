// Errors of aws-cdk-lib and constructs that programs may end with, each with the reason why the library does not speak first.

/** An error that is not ours to give. */
export interface AcceptedCdkError { readonly message: RegExp; readonly reason: string }

/** The list. */
export const ACCEPTED_CDK_ERRORS: readonly AcceptedCdkError[] = [
  {
    message: /^Only root constructs may have an empty ID$/,
    reason: 'ids are the first thing one learns of constructs; the message is the one that all of them give',
  },
  {
    message: /^There is already a Construct with name '.*' in (Nested)?Stack\d* \[/,
    reason: 'two things that the user made under one id in a stack of the user\'s; below a construct of the library it would be a fault',
  },
  {
    message: /^There is already a Construct with name '(constructor|toString)' in /,
    reason: 'constructs keeps children by id in a plain object, in which the names that every object has are taken',
  },
  {
    message: /^There are no (subnet groups with name )?'\w+' (subnet groups )?in this VPC\. Available (types|names): /,
    reason: 'which subnets form a tier of an existing VPC is said in the CDK\'s own words; the message names what was asked for and what there is',
  },
  {
    message: /^Cannot perform this operation: 'vpcCidrBlock' was not supplied when creating this VPC$/,
    reason: 'an internal load balancer admits the block of its VPC; the message names the attribute that the import of the VPC lacks',
  },
  {
    message: /^(Resolution error: )*Found an encoded list token string in a scalar string context\. Use 'Fn\.select\(0, list\)'/,
    reason: 'a VPC imported with lists of subnets that only deployment knows, of which the CDK itself warns: not all of its own constructs can do with them',
  },
  {
    message: /^Size must be specified as 'Size\.\w+\(\)' here since its value comes from a token and cannot be converted \(got Size\.\w+\)$/,
    reason: 'a size does not tell its unit, so that the library cannot judge it first; the message names the call to write',
  },
];
