#!/usr/bin/env bash
# Removes dev from your account, with all that it holds: ./remove.sh dev
#
# S3 deletes no bucket that holds a file and AWS Backup no vault that holds a backup, so both are emptied first. Its stack leaves
# the repository behind, which is therefore deleted here.
# What follows the name are options of `cdk destroy`. Whatever was deployed by `--context domain=…` or another context that is not in cdk.json needs
# it here too: without it the app does not have all stacks, and those would stay.
# Name account and region by AWS_PROFILE, AWS_REGION or the like, not by --profile.
set -euo pipefail
cd "$(dirname "$0")"

# only there is nothing kept on purpose
[ "${1:-}" = dev ] || { echo 'usage: ./remove.sh dev [OPTIONS OF CDK DESTROY]' >&2; exit 1; }
shift
for program in aws npx; do
  command -v "$program" > /dev/null || { echo "there is no $program: install it first" >&2; exit 1; }
done
[ -d node_modules ] || { echo "the CDK is not installed: run 'npm install' first" >&2; exit 1; }

# the names of what the stacks made: of a type, under ids that begin so
made() {
  for stack in $stacks; do
    # page by page: describe-stack-resources tells of the first hundred alone
    aws cloudformation list-stack-resources --stack-name "$stack" --output text \
      --query "StackResourceSummaries[?ResourceType=='$1' && starts_with(LogicalResourceId, '$2') && ResourceStatus!='DELETE_COMPLETE'].PhysicalResourceId" || return
  done
}

stacks=$(aws cloudformation describe-stacks --output text --query "Stacks[?starts_with(StackName, 'fillup-') && ends_with(StackName, '-dev')].StackName")
buckets=$(made AWS::S3::Bucket FillUpSiteBucket)
vaults=$(made AWS::Backup::BackupVault Backups)
repositories=$(made AWS::ECR::Repository Api)

for bucket in $buckets; do
  while true; do
    # so many fit into one command
    objects=$(aws s3api list-object-versions --bucket "$bucket" --max-items 500 --output json --query '[Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}')
    [ "$objects" != '[]' ] || break
    aws s3api delete-objects --bucket "$bucket" --delete "{\"Objects\": $objects, \"Quiet\": true}"
  done
done
for vault in $vaults; do
  backups() { aws backup list-recovery-points-by-backup-vault --backup-vault-name "$vault" --output text --query 'RecoveryPoints[].RecoveryPointArn'; }
  found=$(backups)
  for backup in $found; do
    aws backup delete-recovery-point --backup-vault-name "$vault" --recovery-point-arn "$backup"
  done
  # that takes a while
  while [ -n "$found" ]; do
    sleep 2
    found=$(backups)
  done
done
for repository in $repositories; do
  # unless an earlier attempt came that far
  found=$(aws ecr describe-repositories --output text --query "repositories[?repositoryName=='$repository'].repositoryName")
  [ -z "$found" ] || aws ecr delete-repository --force --repository-name "$repository" > /dev/null
done

npx cdk destroy --all --force --context patternbook:environment=dev "$@"
