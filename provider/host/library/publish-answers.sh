# shellcheck shell=sh
# Names where the guest's answers are: the folder, and in it the answer file $ms_name. open-serving.sh comes before,
# publish-file.sh afterwards, for each file.
ms_guest_folder="$ms_serving/guests/$ms_guest"
printf 'http://%s:%s/%s/answers\n' "$ms_address" "$ms_port" "$ms_guest" >"$ms_guest_folder/answers-folder-url"
printf 'http://%s:%s/%s/answers/%s\n' "$ms_address" "$ms_port" "$ms_guest" "$ms_name" >"$ms_guest_folder/answers-url"
chmod 644 "$ms_guest_folder/answers-folder-url" "$ms_guest_folder/answers-url"
