#!/bin/sh
# npm run check: the fast list, cheapest first. Everything here needs no network, no root and no lab.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"

run() {
  label=$1
  shift
  started=$(date +%s)
  if ! "$@"; then
    echo "check: $label failed: $*" >&2
    exit 1
  fi
  echo "check: $label ok ($(($(date +%s) - started)) s)"
}

run format biome format .
run types tsc --noEmit -p tsconfig.json
run lint eslint .
run arrows depcruise --config .dependency-cruiser.cjs --output-type err-long provider lab cli
run unused knip --no-progress
run unit jest --selectProjects unit --silent
