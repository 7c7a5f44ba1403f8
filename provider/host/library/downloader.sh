# shellcheck shell=sh
# Which program fetches: sets $dl_tool. $dl_from is for messages.
if command -v curl >/dev/null 2>&1; then dl_tool=curl
# busybox's wget takes a URL as an argument only.
elif command -v wget >/dev/null 2>&1 && wget --version >/dev/null 2>&1; then dl_tool=wget
elif command -v python3 >/dev/null 2>&1; then dl_tool=python3
else die "None of curl, wget (GNU) and python3 is on this host, so $dl_from cannot be fetched. Install one of them."; fi
# A URL of stdin as curl reads it: whoever may look at the host's processes would read an argument.
dl_for_curl() { sed 's/[\\"]/\\&/g; s/^/url = "/; s/$/"/'; }
