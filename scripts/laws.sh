#!/bin/sh
# npm run laws: sets everything up, then tries the laws of the planner on random programs, edits and hosts (test/laws).
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node -r ./test/support/typescript-loader.cjs test/laws/main.ts "$@"
