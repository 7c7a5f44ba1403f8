#!/bin/sh
# npm run histories: sets everything up, then plays random histories of people, operators and bad luck (test/histories).
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node -r ./test/support/typescript-loader.cjs test/histories/main.ts "$@"
