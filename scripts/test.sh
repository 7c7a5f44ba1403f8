#!/bin/sh
# npm test: sets everything up, then runs every tier of tests, the ones on real Xen included.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node scripts/test-tiers.mjs "$@"
