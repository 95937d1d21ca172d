#!/usr/bin/env bash
# Deletes the SCIM users of many accounts, by AAID, in all directories of the organization. The accounts stay as they are.
#
#   BASE_URL=… ORG_ID=… ORG_KEY=… ./unlink-by-aaid.sh [--dry-run] aaids.txt [result.csv]
#
# aaids.txt has one AAID a line. result.csv gets one row for each; --dry-run only lists the links.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need BASE_URL ORG_ID ORG_KEY
dry_run=
if [[ ${1:-} == --dry-run ]]; then
  dry_run=yes
  shift
fi
if (($# < 1 || $# > 2)) || [[ $1 == -* ]]; then
  printf 'usage: %s [--dry-run] AAIDS [RESULT.csv]\n' "$0" >&2
  exit 2
fi
aaids=$1 result=${2:-/dev/null}
if [[ -f $result ]]; then
  printf '%s exists already; it may be the record of another run\n' "$result" >&2
  exit 2
fi

failed=0
printf 'accountId,status,result\n' >"$result"
while read -r aaid || [[ -n $aaid ]]; do
  aaid=${aaid%$'\r'}
  [[ -z $aaid || $aaid == \#* ]] && continue
  if [[ ! $aaid =~ ^[a-zA-Z0-9_|:-]{1,128}$ ]]; then
    STATUS=- outcome='not an account id' failed=$((failed + 1))
  elif [[ $dry_run ]]; then
    call "$ORG_KEY" GET "$BASE_URL/admin/user-provisioning/v1/org/$ORG_ID/user/$aaid/get-scim-links"
    links=${ANSWER//[^\{]/} # one brace opens the answer, and one each link
    outcome="would delete $((${#links} - 1)) SCIM users"
    [[ $STATUS == 200 ]] || { outcome=failed failed=$((failed + 1)); }
  else
    call "$ORG_KEY" DELETE "$BASE_URL/admin/user-provisioning/v1/org/$ORG_ID/user/$aaid/onlyDeleteUserInDB"
    outcome=unlinked
    [[ $STATUS == 204 ]] || { outcome=failed failed=$((failed + 1)); }
  fi
  [[ $outcome != failed ]] || printf '%s\n' "$ANSWER" >&2
  printf '%s  %s  %s\n' "$STATUS" "$aaid" "$outcome"
  printf '%s,%s,%s\n' "$aaid" "$STATUS" "$outcome" >>"$result"
done <"$aaids"

((failed == 0)) || { printf '%d failed\n' "$failed" >&2; exit 1; }
