// [internal] Rotation of the password. No Lambda but AWS's own, in the nested stack that the transform of Secrets Manager adds.
import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { admit } from './admission';
import { refreshUrl, UrlRefreshProps } from './connection-refresh';
import { EXCLUDED_CHARACTERS } from './connection-secret';
import { RotationTimes, rotationTimes } from './rotation-window';
import { IAppNetwork } from '../network/app-network';

/** What rotation needs to know of a database. */
export interface ConnectionRotationProps extends UrlRefreshProps {
  readonly network: IAppNetwork;
  /** The database, with its port as the default one. */
  readonly database: ec2.IConnectable;
  readonly every: Duration;
}

/** A new password every so many days, in the hour after midnight UTC or in a window, and the URL secret right again within seconds. */
export class ConnectionRotation extends Construct {
  /** Group of AWS's rotation function. */
  public readonly securityGroup: ec2.SecurityGroup;
  /** Composes the URL anew, writes it if it differs, and says so. */
  public readonly urlRefresh: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: ConnectionRotationProps) {
    super(scope, id);
    this.securityGroup = this.rotatePassword(props, rotationTimes(props.every, props.window));
    this.urlRefresh = refreshUrl(this, props);
  }

  private rotatePassword(props: ConnectionRotationProps, { scheduleExpression, duration }: RotationTimes): ec2.SecurityGroup {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: props.network.vpc,
      description: 'Rotation of a database password',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'Secrets Manager');
    admit(securityGroup, props.database, 'Rotation of the password');
    // on the secret rather than on its attachment: which of the two bears the resource policy would depend on a feature flag
    const schedule = new secretsmanager.RotationSchedule(this, 'Schedule', {
      secret: props.secret,
      hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({
        vpc: props.network.vpc,
        vpcSubnets: props.network.appSubnets,
        securityGroups: [securityGroup],
        excludeCharacters: EXCLUDED_CHARACTERS,
      }),
      // else the password would change during the first deployment, after the URL was composed
      rotateImmediatelyOnUpdate: false,
    });
    // the L2 can neither limit a window nor place it
    const cfnSchedule = schedule.node.defaultChild as secretsmanager.CfnRotationSchedule;
    cfnSchedule.rotationRules = { scheduleExpression, duration };
    // the function connects as soon as the schedule is made, to test itself: by then the secret must name the host and the way be open
    schedule.node.addDependency(props.attachment, securityGroup, ...props.database.connections.securityGroups);
    return securityGroup;
  }
}
