// A whole web application without servers, asked by its public names as a browser does, with the alarms that watch it.
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { mixins } from 'aws-cdk-lib/aws-s3';
import { AlertTopic, FunctionCode, ServerlessPwaApp } from 'cdk-patternbook';

const assets = fs.mkdtempSync(path.join(os.tmpdir(), 'serverless-pwa-'));
fs.writeFileSync(path.join(assets, 'index.html'), '<!doctype html><title>Notes</title>');
process.once('exit', () => fs.rmSync(assets, { recursive: true }));

const app = new App({ context: { 'patternbook:environment': 'dev' } });
const stack = new Stack(app, 'ServerlessPwaAppInteg');
const alerts = new AlertTopic(stack, 'Alerts', { emails: ['ops@example.com'] });
const code = Code.fromInline('import json\ndef handler(event, context):\n    return {"statusCode": 200, "body": json.dumps({"path": event.get("path")})}');
const pwa = new ServerlessPwaApp(stack, 'App', {
  alerts,
  api: { code: FunctionCode.zip(code, 'index.handler', Runtime.PYTHON_3_13), createLogRole: true, onlyThroughSite: true },
  // access logs would stay when the stack is deleted
  site: { assets, accessLogs: false, contentSecurityPolicy: "default-src 'self'" },
});
pwa.addWebSocket('WebSocket', { routes: ['sendMessage'] });
// with its page the bucket could not be deleted
pwa.site.bucket.with(new mixins.BucketAutoDeleteObjects());

const { assertions } = new IntegTest(app, 'ServerlessPwaApp', { testCases: [stack], stackUpdateWorkflow: false });
// a path of the application, which its page answers
assertions.httpApiCall(`${pwa.site.url}/notes/17`).expect(ExpectedResult.objectLike({
  status: 200,
  headers: { 'content-type': [Match.stringLikeRegexp('text/html')], 'content-security-policy': ["default-src 'self'"] },
  body: Match.stringLikeRegexp('<title>Notes</title>'),
}));
assertions.httpApiCall(`${pwa.site.url}/api/notes`).expect(ExpectedResult.objectLike({ status: 200, body: { path: '/api/notes' } }));
assertions.httpApiCall(`${pwa.restApi.url}api/notes`).expect(ExpectedResult.objectLike({ status: 403 }));
// one fact a call: CloudFormation takes no more than 4 KB of an answer, and some alarms have more
for (const { alarmName } of pwa.alarms.alarms) {
  assertions.awsApiCall('cloudwatch', 'DescribeAlarms', { AlarmNames: [alarmName] })
    .assertAtPath('MetricAlarms.0.AlarmActions.0', ExpectedResult.stringLikeRegexp(`^${alerts.topic.topicArn}$`));
}
