#!/bin/sh
# npm run bench:remote: sets everything up, then measures the remote core beside others (bench/remote).
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh
if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
  setup_packages="python3 python3-venv"
  (setup_quietly "Installing python3-venv with apt-get: Ansible, which we are compared with, needs it." setup_install) ||
    setup_say "Going on without Ansible."
fi
exec node dist/bench/remote/main.js "$@"
