#!/usr/bin/env bash
# Releases a version from your computer: ./release.sh v1 --context patternbook:environment=dev
#
# What follows the tag are options of `cdk deploy`, for each stack alike. At a terminal it asks before permissions are widened, which is the default of the CDK.
# Docker and the AWS CLI know nothing of these options: name account and region by AWS_PROFILE, AWS_REGION or the like, not by --profile.
set -euo pipefail
cd "$(dirname "$0")"

tag=${1:-}
case $tag in '' | -*) echo 'usage: ./release.sh TAG [OPTIONS OF CDK DEPLOY]' >&2; exit 1 ;; esac
shift
for program in aws docker node npm npx; do
  command -v "$program" > /dev/null || { echo "there is no $program: install it first" >&2; exit 1; }
done
[ -d node_modules ] || { echo "the CDK is not installed: run 'npm install' first" >&2; exit 1; }

# an output of the stacks that were just deployed
output() {
  node --eval '
    const [file, name] = process.argv.slice(1);
    const stacks = JSON.parse(require("fs").readFileSync(file, "utf8"));
    const value = Object.assign({}, ...Object.values(stacks))[name];
    if (!value) {
      console.error("no stack in", file, "has an output", name);
      process.exit(1);
    }
    console.log(value);
  ' outputs.json "$1"
}

# before anything is deployed, since it may fail
(cd web && npm ci && npm run build)

npx cdk deploy Images --outputs-file outputs.json --context imageTag="$tag" "$@"
repository=$(output ApiRepositoryUri)
registry=${repository%%/*}
region=$(echo "$registry" | cut -d . -f 4)
image=$repository:$tag
aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry"
# tags are immutable
if docker manifest inspect "$image" > /dev/null 2>&1; then
  echo "$image is there already"
else
  # Lambda takes one image alone: with a provenance beside it, which Docker adds by itself, it would be an index of two
  docker build --platform linux/arm64 --provenance=false --tag "$image" api
  docker push "$image"
fi

npx cdk deploy --all --outputs-file outputs.json --context imageTag="$tag" "$@"

# last: pages that are loaded now find an API that knows what they ask
upload=$(output Upload)
bash -ec "$upload"
output Url
