#!/bin/sh
# npm run laws:network: sets everything up, then makes bridges on random network files under the real network systems (test/networks).
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node -r ./test/support/typescript-loader.cjs test/networks/main.ts "$@"
