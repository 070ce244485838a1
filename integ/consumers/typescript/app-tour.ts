// The app: with every choice made, and around blocks that exist.
import { App, Stack, TimeZone } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { allThresholds } from './operations-tour.js';
import { Readings } from './readings.js';
import { AlarmThreshold, AppDomain, ContainerCluster, EnvironmentProfile, HaContainerWebApp, IAlertTopic, IAppNetwork, IWebEntry, Route } from 'cdk-patternbook';

export function appTour(app: App, profile: EnvironmentProfile, network: IAppNetwork, alerts: IAlertTopic): void {
  const stack = new Stack(app, 'App');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789EXAMPLE', zoneName: 'example.com' });
  const image = ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1');
  const web = new HaContainerWebApp(stack, 'Web', {
    profile,
    network,
    dnsNamespace: 'web.local',
    domain: AppDomain.fromHostedZone(zone, 'web.example.com'),
    alerts,
    alarms: true,
    thresholds: allThresholds(),
    dashboard: true,
    workHours: { start: '07:30', end: '18:30', timeZone: TimeZone.EUROPE_ROME },
  });
  const database = web.addDatabase('Database', { port: 5434, thresholds: { database: { connections: AlarmThreshold.percent(50) } } });
  const api = web.addService('Api', { image, port: 80, route: Route.path('/*'), thresholds: { service: { cpu: AlarmThreshold.off() } } });
  api.useDatabase(database);
  const queue = web.addQueue('Queue', { fifo: true, thresholds: { queue: { age: AlarmThreshold.off() } } });
  const files = web.addSharedFiles('Files', { automaticBackups: true, thresholds: { fileSystem: { ioLimit: AlarmThreshold.percent(70) } } });
  const redis = web.addRedis('Redis', { files, thresholds: { service: { memory: AlarmThreshold.percent(95) } } });
  const worker = web.addWorker('Worker', { image, queue, thresholds: { service: { missingTasks: AlarmThreshold.off() } } });
  worker.useService(redis);

  const read = new Readings(stack);
  read.text('Environment', web.profile.name);
  read.text('Vpc', web.network.vpc.vpcId);
  read.text('ClusterName', web.cluster.cluster.clusterName);
  read.text('Url', web.entry.url);
  read.number('NumberOfAlarms', web.alarms.alarms.length);
  read.text('DashboardName', web.dashboard.dashboard.dashboardName);
}

/** An app that shares cluster and load balancer with others. */
export function guestTour(app: App, profile: EnvironmentProfile, cluster: ContainerCluster, entry: IWebEntry): void {
  const stack = new Stack(app, 'Guest');
  const web = new HaContainerWebApp(stack, 'Web', { profile, cluster, entry, alarms: false, dashboard: false });
  web.addService('Guest', { image: ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:1'), port: 80, route: Route.path('/more/*') });
}
