// Parts that the user makes: each implements one of the library's interfaces, and stands where a block of the library would.
import { Stack } from 'aws-cdk-lib';
import { Connections, IVpc, InterfaceVpcEndpointAwsService, Port, SecurityGroup, SubnetSelection, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { ICluster } from 'aws-cdk-lib/aws-ecs';
import { IFileSystem } from 'aws-cdk-lib/aws-efs';
import { ApplicationTargetGroup, IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Endpoint } from 'aws-cdk-lib/aws-rds';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { IAlertTopic, IAppNetwork, IContainerCluster, IPrivatePostgres, IPrivateService, ISharedFiles, IWebEntry, IWorkQueue, Route, WebRouteProps } from 'cdk-patternbook';

export class OwnNetwork implements IAppNetwork {
  public readonly publicSubnets: SubnetSelection = { subnetType: SubnetType.PUBLIC };
  public readonly appSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_WITH_EGRESS };
  public readonly dataSubnets: SubnetSelection = { subnetType: SubnetType.PRIVATE_ISOLATED };
  public readonly internetEgress = true;
  public readonly endpointServices: string[] = [];

  constructor(public readonly vpc: IVpc) {}

  public requires(_service: InterfaceVpcEndpointAwsService, _by: IConstruct): void {}
}

export class OwnCluster implements IContainerCluster {
  constructor(public readonly cluster: ICluster, public readonly network: IAppNetwork) {}
}

export class OwnTopic implements IAlertTopic {
  constructor(public readonly topic: ITopic) {}
}

export class OwnQueue implements IWorkQueue {
  constructor(public readonly queue: IQueue) {}
}

export class OwnFiles implements ISharedFiles {
  constructor(public readonly fileSystem: IFileSystem) {}
}

export class OwnPostgres extends Construct implements IPrivatePostgres {
  public readonly connections: Connections;
  public readonly endpoint: Endpoint;
  public readonly instanceIdentifier = 'own';
  public readonly databaseName = 'own';
  public readonly secret: ISecret;
  public readonly urlSecret: ISecret;
  public readonly readerUrlSecret: ISecret;
  public readonly rotatesSecret = false;

  constructor(scope: Construct, id: string, vpc: IVpc) {
    super(scope, id);
    this.connections = new Connections({ securityGroups: [new SecurityGroup(this, 'SecurityGroup', { vpc })], defaultPort: Port.tcp(5432) });
    this.endpoint = new Endpoint('own.example.com', 5432);
    this.secret = Secret.fromSecretNameV2(this, 'Secret', 'own');
    this.urlSecret = Secret.fromSecretNameV2(this, 'UrlSecret', 'own-url');
    this.readerUrlSecret = Secret.fromSecretNameV2(this, 'ReaderUrlSecret', 'own-reader-url');
  }

  public grantConnect(grantee: IGrantable, databaseUser?: string): Grant {
    const resource = Stack.of(this).formatArn({ service: 'rds-db', resource: 'dbuser', resourceName: `own/${databaseUser ?? 'own'}` });
    return Grant.addToPrincipal({ grantee, actions: ['rds-db:connect'], resourceArns: [resource] });
  }
}

export class OwnService extends Construct implements IPrivateService {
  public readonly connections: Connections;
  public readonly hostName = 'own.internal';
  public readonly port = 9000;
  public readonly privateUrl = 'http://own.internal:9000';

  constructor(scope: Construct, id: string, vpc: IVpc) {
    super(scope, id);
    this.connections = new Connections({ securityGroups: [new SecurityGroup(this, 'SecurityGroup', { vpc })], defaultPort: Port.tcp(9000) });
  }
}

/** One that adds a prefix to the ids of its routes, and leaves the rest to another. */
export class OwnEntry implements IWebEntry {
  public readonly listener: IApplicationListener;
  public readonly url: string;

  constructor(private readonly inner: IWebEntry) {
    this.listener = inner.listener;
    this.url = inner.url;
  }

  public urlOf(route: Route): string {
    return this.inner.urlOf(route);
  }

  public addRoute(id: string, props: WebRouteProps): ApplicationTargetGroup {
    return this.inner.addRoute(`Own${id}`, props);
  }
}
