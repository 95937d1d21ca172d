# What the bash scripts share; source it, do not run it.
# Needs bash 4.4 and curl 7.83 or newer, and nothing else.

# need NAME... ends the script unless each variable is set.
need() {
  local name
  for name in "$@"; do
    if [[ -z ${!name:-} ]]; then
      printf '%s is not set; README.md says what it is\n' "$name" >&2
      exit 2
    fi
  done
}

# json TEXT prints TEXT as a JSON string.
json() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# call KEY METHOD URL [BODY] sends a request and sets STATUS and ANSWER. The key goes to curl through a file
# descriptor, where the process list does not show it. A 429 was not carried out, so it is sent again.
call() {
  local key=$1 method=$2 url=${3//|/%7C} body=${4:-} reply tries
  local args=(--silent --show-error --request "$method" --header 'Accept: application/json' --write-out '\n%{http_code} %header{retry-after}')
  [[ -n $body ]] && args+=(--header 'Content-Type: application/json' --data-binary "$body")
  for tries in 1 2 3 4 5; do
    reply=$(curl "${args[@]}" --config <(printf 'header = "Authorization: Bearer %s"\n' "$key") "$url")
    ANSWER=${reply%$'\n'*}
    read -r STATUS RETRY_AFTER <<<"${reply##*$'\n'}"
    [[ $STATUS == 429 ]] || return 0
    sleep "$([[ ${RETRY_AFTER:-} =~ ^[0-9]+$ ]] && echo "$RETRY_AFTER" || echo $((2 ** tries)))"
  done
}

# step TEXT WANTED KEY METHOD URL [BODY] is call that prints the status and ends the script unless it is WANTED.
step() {
  local text=$1 wanted=$2
  shift 2
  call "$@"
  printf '%s  %s\n' "$STATUS" "$text"
  if [[ $STATUS != "$wanted" ]]; then
    printf 'expected %s; the server said: %s\nNothing after this step was done.\n' "$wanted" "$ANSWER" >&2
    exit 1
  fi
}

# answer_text NAME prints the first string in the answer that is the member NAME: enough for values without escapes, such as ids and
# addresses. It prints nothing when there is none.
answer_text() {
  local member="\"$1\"[[:space:]]*:[[:space:]]*\"([^\"]*)\""
  [[ $ANSWER =~ $member ]] && printf '%s' "${BASH_REMATCH[1]}" || true
}
