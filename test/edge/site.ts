// Templates of sites, and a browser before one: which behaviour of its distribution takes a path, and what the function there makes of it.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as vm from 'vm';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { StaticSite, StaticSiteProps } from '../../src';
import { takes } from '../../src/edge/api-origins';
import { testStack } from '../harness';

/** A stack with a site in it. */
export function siteIn(props: StaticSiteProps = {}, stack: Stack = testStack({}, { region: 'us-east-1' })): { stack: Stack; site: StaticSite; template: () => Template } {
  const site = new StaticSite(stack, 'Site', props);
  return { stack, site, template: () => Template.fromStack(stack) };
}

/** A behaviour as it is in a template. */
export interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly FunctionAssociations?: Array<{ readonly FunctionARN: { readonly 'Fn::GetAtt': [string, string] } }>;
  readonly [key: string]: unknown;
}

/** The configuration of a distribution as it is in a template. */
export interface Config {
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors?: Behavior[];
  readonly [key: string]: any;
}

/** The configuration of the one distribution. */
export function configOf(template: Template): Config {
  return Object.values(template.findResources('AWS::CloudFront::Distribution'))[0].Properties.DistributionConfig;
}

/** What CloudFront Functions hand to a viewer-request function. */
export interface ViewerRequest { readonly uri: string; readonly host?: string; readonly query?: string }

/** What a function answers: a request that goes on, or a response. */
export interface Outcome {
  readonly uri?: string;
  readonly statusCode?: number;
  readonly headers?: Record<string, { value: string }>;
  readonly body?: { encoding: string; data: string };
}

/** Run the code of a function. */
export function runFunction(code: string, { uri, host = 'www.example.com', query = '' }: ViewerRequest): Outcome {
  const request = { method: 'GET', uri, headers: { host: { value: host } }, querystring: {}, rawQueryString: () => query };
  return vm.runInNewContext(`${code}\nhandler(event)`, { Buffer, event: { version: '1.0', request } }) as Outcome;
}

/** Where a request ends: the first behaviour that takes it, and what its function makes of it. */
export function visit(template: Template, request: ViewerRequest): { origin: string; outcome: Outcome } {
  const { CacheBehaviors = [], DefaultCacheBehavior } = configOf(template);
  const behavior = CacheBehaviors.find(({ PathPattern }) => takes(PathPattern!, request.uri)) ?? DefaultCacheBehavior;
  const id = behavior.FunctionAssociations?.[0].FunctionARN['Fn::GetAtt'][0];
  if (id === undefined) return { origin: behavior.TargetOriginId, outcome: { uri: request.uri } };
  return { origin: behavior.TargetOriginId, outcome: runFunction(template.findResources('AWS::CloudFront::Function')[id].Properties.FunctionCode, request) };
}

/** A folder with some files, as a build leaves it. */
export function builtSite(...files: string[]): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'site-'));
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), file);
  }
  return folder;
}
