#!/bin/sh
# create-all.sh JUDGE FOLDER: what the real xl makes of each FOLDER/*.cfg: NAME.json, NAME.err, NAME.rc beside it.
judge=$1
cd "$2" || exit 1
library=$(cat "$judge/library")
for text in *.cfg; do
  name=${text%.cfg}
  # LD_PRELOAD only here: it is meant for xl alone.
  LD_PRELOAD="$judge/no-xen.so" LD_LIBRARY_PATH="$library" "$judge/xl" -N create "$text" >"$name.json" 2>"$name.err"
  echo $? >"$name.rc"
done
