// The script that removes fillup-pwa from one's own account, where it is for development.
import * as fs from 'fs';
import * as path from 'path';
import { runScript, ShellRun, StandIns } from './shell';
import { fileOf } from './workflow';

const EXAMPLE = 'fillup-pwa';
const NAME = 'remove.sh';
const OBJECTS = '[{"Key": "index.html", "VersionId": "1"}]';

/** The stacks of a deployment, with what is looked for in them after more than `describe-stack-resources` tells of one. */
const RESOURCES = `
    resources() {
      for number in $(seq 1 120); do echo "AWS::Lambda::Permission Permission$number permission-$number"; done
      case "$1" in
        fillup-app-dev) echo 'AWS::S3::Bucket FillUpSiteBucket1 site-1'; echo 'AWS::S3::Bucket FillUpLogs1 logs-1'; echo 'AWS::Backup::BackupVault Backups1 vault-1';;
        fillup-images-dev) echo 'AWS::ECR::Repository Api1 images-1';;
      esac
    }
    asked() {
      type=$(echo "$1" | sed "s/.*ResourceType=='\\([^']*\\)'.*/\\1/") prefix=$(echo "$1" | sed "s/.*LogicalResourceId, '\\([^']*\\)'.*/\\1/")
      while read -r one id name; do
        case "$one $id" in "$type $prefix"*) echo "$name";; esac
      done
    }`;

/** An account with these resources: what was deleted once is not there a second time. */
function account({ objects = 1, backups = ['one', 'two'], repository = 'images-1', stacks = 'fillup-images-dev fillup-app-dev' } = {}): string {
  return `
    is_first() { [ "$(grep -c "$1" "$(dirname "$0")/calls")" -le "\${2:-1}" ]; }
    ${RESOURCES}
    case "$*" in
      *describe-stacks*) echo ${stacks};;
      *describe-stack-resources*) resources "$4" | head -n 100 | asked "$*";;
      *list-stack-resources*) resources "$4" | asked "$*";;
      *list-object-versions*) is_first list-object-versions ${objects} && echo '${OBJECTS}' || echo '[]';;
      *list-recovery-points*) is_first list-recovery-points && echo ${backups.join(' ')} || echo;;
      *describe-repositories*) echo ${repository};;
    esac`;
}

const standIns = (further: StandIns = {}): StandIns => ({ aws: account(), npx: '', sleep: '', ...further });

function remove(args: string, programs: StandIns = standIns(), folders = ['node_modules']): ShellRun {
  return runScript(fileOf(EXAMPLE, NAME), args, programs, (folder) => folders.forEach((name) => fs.mkdirSync(path.join(folder, name))));
}

/** What was changed, in the order in which it was. */
const changes = ({ calls }: ShellRun): string[] => calls.filter((call) => /^npx|delete-/.test(call));

const emptied = `aws s3api delete-objects --bucket site-1 --delete {"Objects": ${OBJECTS}, "Quiet": true}`;
const forgotten = ['one', 'two'].map((backup) => `aws backup delete-recovery-point --backup-vault-name vault-1 --recovery-point-arn ${backup}`);
const withoutImages = 'aws ecr delete-repository --force --repository-name images-1';
const destroyed = 'npx cdk destroy --all --force --context patternbook:environment=dev';

test('it empties bucket and vault, deletes the repository, and then destroys the stacks', () => {
  const run = remove('dev');
  expect([run.status, run.output]).toEqual([0, '']);
  expect(changes(run)).toEqual([emptied, ...forgotten, withoutImages, destroyed]);
});

test('it goes on until the bucket holds nothing, and waits until the backups are gone', () => {
  const run = remove('dev', standIns({ aws: account({ objects: 3 }) }));
  expect(changes(run).filter((call) => call === emptied)).toHaveLength(3);
  expect(run.calls.filter((call) => call.includes('list-recovery-points'))).toHaveLength(2);
});

test('it goes on where an earlier attempt ended', () => {
  expect(changes(remove('dev', standIns({ aws: account({ objects: 0, backups: [], repository: '' }) })))).toEqual([destroyed]);
  expect(changes(remove('dev', standIns({ aws: account({ stacks: '' }) })))).toEqual([destroyed]);
});

test('options go to the CDK', () => {
  expect(changes(remove('dev --context stacks=one')).pop()).toBe(`${destroyed} --context stacks=one`);
});

test.each<[string, string]>([
  ['the stacks are not told', 'describe-stacks'], ['the resources of one are not told', 'list-stack-resources --stack-name fillup-images-dev'], ['the bucket is not emptied', 'delete-objects'], ['a backup is kept', 'delete-recovery-point'],
  ['the repository is kept', 'delete-repository'],
])('it destroys nothing where %s', (_, command) => {
  const { status, calls } = remove('dev', standIns({ aws: `case "$*" in *"${command}"*) exit 4;; esac; ${account()}` }));
  expect([status, calls[calls.length - 1].includes(command), calls.includes(destroyed)]).toEqual([4, true, false]);
});

test('it touches no other environment, and says what it lacks', () => {
  const usage = { status: 1, output: 'usage: ./remove.sh dev [OPTIONS OF CDK DESTROY]\n', calls: [] };
  for (const args of ['', 'prod', 'staging', '--context patternbook:environment=dev']) expect(remove(args)).toEqual(usage);
  expect(remove('dev', standIns(), [])).toEqual({ status: 1, output: "the CDK is not installed: run 'npm install' first\n", calls: [] });
  expect(remove('dev').calls.filter((call) => call.startsWith('aws')).join('\n')).not.toMatch(/prod|staging/);
});

test('the resources that it empties have ids that begin as it asks for them, and it may be run', () => {
  const { dev } = JSON.parse(fs.readFileSync(fileOf(EXAMPLE, 'stateful.lock.json'), 'utf8')).environments as {
    dev: Record<string, { stackName: string; resources: Record<string, { type: string }> }>;
  };
  const named = (type: string, prefix: string): string[] => Object.values(dev).flatMap(({ stackName, resources }) =>
    Object.entries(resources).filter(([id, resource]) => resource.type === type && id.startsWith(prefix)).map(() => stackName));
  const asked = [...fs.readFileSync(fileOf(EXAMPLE, NAME), 'utf8').matchAll(/\$\(made (\S+) (\w+)\)/g)];
  expect(asked.map(([, type, prefix]) => named(type, prefix))).toEqual([['fillup-app-dev'], ['fillup-data-dev'], ['fillup-images-dev']]);
  expect(() => fs.accessSync(fileOf(EXAMPLE, NAME), fs.constants.X_OK)).not.toThrow();
});
