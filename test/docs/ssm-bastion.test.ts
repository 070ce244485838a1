// Whom docs/ssm-bastion.md lets through a bastion, and to what.
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Page } from '../../integ/pages/page';
import { runSnippet } from '../../integ/pages/snippet-run';
import { statementsOf } from '../statements';

const snippet = new Page('docs/ssm-bastion.md').snippets.find(({ code }) => code.includes('ssm:StartSession'))!;
const template = Template.fromStack(runSnippet(snippet).node.findChild('Shop') as Stack);
const statements = statementsOf(template);
const statementOn = (action: string): typeof statements => statements.filter(({ Action }) => [Action].flat().includes(action));
const [instance] = Object.keys(template.findResources('AWS::EC2::Instance'));
const arn = (service: string, account: object | '', rest: unknown[]): object => {
  const parts = ['arn:', { Ref: 'AWS::Partition' }, `:${service}:`, { Ref: 'AWS::Region' }, ...account === '' ? [] : [':', account], ...rest];
  return { 'Fn::Join': ['', parts] };
};

test('sessions start on the bastion by one document, which is checked also where a call names none', () => {
  expect(statementOn('ssm:StartSession')).toEqual([{
    Effect: 'Allow',
    Action: 'ssm:StartSession',
    Resource: [
      arn('ec2', { Ref: 'AWS::AccountId' }, [':instance/', { Ref: instance }]),
      arn('ssm', '', ['::document/AWS-StartPortForwardingSessionToRemoteHost']),
    ],
    Condition: { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } },
  }]);
});

test('whoever may start a session may open its channel, end and resume it, and those of nobody else', () => {
  const own = arn('ssm', { Ref: 'AWS::AccountId' }, [':session/${aws:userid}-*']);
  const statement = { Effect: 'Allow', Action: ['ssm:ResumeSession', 'ssm:TerminateSession', 'ssmmessages:OpenDataChannel'], Resource: own };
  for (const action of statement.Action) expect(statementOn(action).filter(({ Resource }) => Resource !== '*')).toEqual([statement]);
});
