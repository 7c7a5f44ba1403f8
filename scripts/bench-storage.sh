#!/bin/sh
# npm run bench:storage: sets everything up, then measures DiskImage beside the commands that somebody types (bench/storage).
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
exec node dist/bench/storage/main.js "$@"
