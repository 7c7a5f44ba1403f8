#!/bin/sh
# npm run faults: sets everything up, then tries every fault at every step of a plan (test/faults).
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node -r ./test/support/typescript-loader.cjs test/faults/main.ts "$@"
