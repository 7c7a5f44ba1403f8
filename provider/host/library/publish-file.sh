# shellcheck shell=sh
# Publishes the file $ms_source for the guest, tokens filled in by $ms_fill (fill-tokens.py), under the name $ms_name.
# publish-answers.sh comes before.
"$ms_python" -c "$ms_fill" "$ms_source" "$ms_serving/www/$ms_guest/answers/$ms_name" 0400 "$ms_guest_folder"
if [ "$(id -u)" = 0 ]; then chown nobody "$ms_serving/www/$ms_guest/answers/$ms_name"; fi
