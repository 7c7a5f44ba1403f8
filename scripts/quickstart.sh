#!/bin/sh
# npm run quickstart: sets everything up, then takes an emulated plain host to a guest that boots by itself.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node dist/cli/main.js quickstart "$@"
