# shellcheck shell=sh
# Publishes the answer file $ms_answers for the guest, tokens filled in by $ms_fill (fill-tokens.py), under the name
# $ms_name. open-serving.sh comes before.
printf 'http://%s:%s/%s/answers/%s\n' "$ms_address" "$ms_port" "$ms_guest" "$ms_name" >"$ms_serving/guests/$ms_guest/answers-url"
chmod 644 "$ms_serving/guests/$ms_guest/answers-url"
python3 -c "$ms_fill" "$ms_answers" "$ms_serving/www/$ms_guest/answers/$ms_name" 0400 "$ms_serving/guests/$ms_guest"
if [ "$(id -u)" = 0 ]; then chown nobody "$ms_serving/www/$ms_guest/answers/$ms_name"; fi
