#!/usr/bin/env bash
# Builds the images of this example and pushes them to their repositories, all under one tag: ./push-images.sh v1
#
# The repositories are outputs of the stack Images, in a file that `npx cdk deploy Images --outputs-file outputs.json` writes. The image of folder api
# goes to ApiRepositoryUri, and so on; that of folder service to RepositoryUri. Tags are immutable, so an image that is there already is left as it is.
set -euo pipefail
cd "$(dirname "$0")"

tag=${1:?usage: ./push-images.sh TAG}
outputs=outputs.json
[ -f "$outputs" ] || { echo "there is no $outputs: run 'npx cdk deploy Images --outputs-file $outputs' first" >&2; exit 1; }

# folder and address, a line each
images=$(node --eval '
  const stacks = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  for (const [name, uri] of Object.values(stacks).flatMap(Object.entries)) {
    const match = /^(\w*)RepositoryUri$/.exec(name);
    if (match) console.log((match[1] || "service").toLowerCase(), uri);
  }
' "$outputs")
[ -n "$images" ] || { echo "no stack in $outputs has an output that ends in RepositoryUri" >&2; exit 1; }

while read -r folder repository <&3; do
  registry=${repository%%/*}
  region=$(echo "$registry" | cut -d . -f 4)
  image=$repository:$tag
  aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry"
  if docker manifest inspect "$image" > /dev/null 2>&1; then
    echo "$image is there already"
    continue
  fi
  docker build --platform linux/amd64 --tag "$image" "$folder"
  docker push "$image"
done 3<<< "$images"
