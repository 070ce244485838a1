// What an account records of itself, and what it is held against.
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { configRecorder } from './config-recorder';
import { addRules, passwordPolicyCommand } from './config-rules';
import { recordBucket } from './record-bucket';
import { recordTrail } from './record-trail';

/** Properties of `AccountGuardrails`. */
export interface AccountGuardrailsProps {
  /** Record who called which API of AWS, in all regions. @default true */
  readonly trail?: boolean;
  /**
   * The trail also records each access to an object of any bucket and each run of any function. They are billed by event, which a busy bucket makes the largest part
   * of: see the page of this construct. Only with a trail.
   *
   * @default - true as far as there is a trail
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
   */
  readonly dataEvents?: boolean;
  /** Check the account against five rules of AWS Config. Without `configRecorder` the region must have a recorder already. @default true */
  readonly configRules?: boolean;
  /** Record how resources are configured. A region has one recorder: turn it off where there is one. @default true */
  readonly configRecorder?: boolean;
  /**
   * Make AWS Config's service-linked role, `AWSServiceRoleForConfig`. An account has one for all regions: turn it off where there is one. Only with a recorder.
   *
   * @default - true as far as there is a recorder
   * @see https://docs.aws.amazon.com/config/latest/developerguide/using-service-linked-roles.html
   */
  readonly configRole?: boolean;
}

/**
 * A trail of CloudTrail over all regions, and AWS Config with five rules: no public bucket, no unencrypted database, no function outside of a VPC, no region without a
 * trail, no weak password.
 *
 * Trail and recorder deliver to a bucket of their own, encrypted by a key of its own, where records are deleted after 365 days; those of 128 KB or more, which few are,
 * move to Glacier after 90. Bucket and key are kept when the stack is deleted, in every environment.
 *
 * Fails when nothing is left on, and on data events without a trail and a role without a recorder.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
 * @see https://docs.aws.amazon.com/config/latest/developerguide/WhatIsConfig.html
 */
export class AccountGuardrails extends Construct {
  /**
   * Command that gives the account the password policy that the rule checks. CloudFormation cannot: run it once, as someone who may `iam:UpdateAccountPasswordPolicy`.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
   */
  public readonly passwordPolicyCommand: string = passwordPolicyCommand();
  private readonly recordedTrail?: cloudtrail.Trail;
  private readonly records?: s3.Bucket;

  constructor(scope: Construct, id: string, props: AccountGuardrailsProps = {}) {
    super(scope, id);
    const { trail = true, configRules = true, configRecorder: recorded = true } = props;
    if (!trail && !recorded && !configRules) {
      throw new Error("'trail', 'configRecorder' and 'configRules' must not all be false, got nothing to define: turn one on, or leave the construct out");
    }
    checkNeeds('dataEvents', props.dataEvents, 'trail', trail);
    checkNeeds('configRole', props.configRole, 'configRecorder', recorded);

    const records = trail || recorded ? recordBucket(this, { trail, config: recorded }) : undefined;
    this.records = records?.bucket;
    if (records && trail) this.recordedTrail = recordTrail(this, records, props.dataEvents ?? true);
    const recorder = records && recorded ? configRecorder(this, records, props.configRole ?? true) : undefined;
    if (configRules) addRules(this, recorder);
  }

  /** The trail. Fails where `trail` is off. */
  public get trail(): cloudtrail.Trail {
    if (!this.recordedTrail) throw new Error(`'trail' of '${this.node.path}' must be on to be read, got false: leave it out of the props, or set it to true`);
    return this.recordedTrail;
  }

  /** Where trail and recorder deliver to, for those who read it. Fails where both are off. */
  public get bucket(): s3.Bucket {
    if (!this.records) throw new Error(`'bucket' of '${this.node.path}' must have something to hold, got neither 'trail' nor 'configRecorder': turn one on`);
    return this.records;
  }
}

function checkNeeds(prop: string, value: boolean | undefined, needed: string, on: boolean): void {
  if (value && !on) throw new Error(`'${prop}' must not be true without '${needed}', got '${needed}' false: leave '${prop}' out, or turn '${needed}' on`);
}
