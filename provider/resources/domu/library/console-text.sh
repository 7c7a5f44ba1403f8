# shellcheck shell=sh
# console_text: what a console has printed, from stdin, as lines that a log can show: no colours, no movements of the cursor, no
# empty lines. Debian's installer, under GNU screen, sends little else. busybox' sed knows no \x1b.
ct_escape=$(printf '\033')
console_text() {
  sed "s/${ct_escape}\\[[0-9;?]*[A-Za-z]//g; s/${ct_escape}[()][A-Z0-9]//g; s/${ct_escape}[=>78cDEHM]//g" | tr -cd '\n\40-\176' | grep -v '^ *$'
}
