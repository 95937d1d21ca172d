#!/usr/bin/env bash
# Repair A: right account, wrong email, and a wrong account is synced too. AAID1 has the history and the old address; AAID2 holds the
# new address, so the identity provider's update of AAID1's record fails with 409. README.md tells the whole story.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need BASE_URL ORG_ID ORG_KEY AAID2 NEW_EMAIL UNUSED_EMAIL SCIM_BASE_URL SCIM_TOKEN SCIM_USER1
repair=$BASE_URL/admin/user-provisioning/v1/org/$ORG_ID

step 'the SCIM user that could not be updated' 200 "$SCIM_TOKEN" GET "$SCIM_BASE_URL/Users/$SCIM_USER1"
aaid1=$(answer_text atlassianAccountId)
if [[ -z $aaid1 || $aaid1 == "$AAID2" ]]; then
  printf 'it is linked to "%s" and not to another account than AAID2, so A is the wrong repair; see B\n' "$aaid1" >&2
  exit 1
fi

step '1. AAID2 is unlinked' 204 "$ORG_KEY" DELETE "$repair/user/$AAID2/onlyDeleteUserInDB"
step '2. AAID2 has an unused address' 204 "$ORG_KEY" PUT "$BASE_URL/users/$AAID2/manage/email" "{\"email\":$(json "$UNUSED_EMAIL")}"

# In life the identity provider does this: provision the person again ("force sync", "provision on demand").
step '3. the identity provider pushed the new address' 200 "$SCIM_TOKEN" PATCH "$SCIM_BASE_URL/Users/$SCIM_USER1" \
  "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"emails\",\"value\":[{\"value\":$(json "$NEW_EMAIL"),\"type\":\"work\",\"primary\":true}]}]}"

step 'the profile of AAID1' 200 "$ORG_KEY" GET "$BASE_URL/users/$aaid1/manage/profile"
email=$(answer_text email)
[[ ${email,,} == "${NEW_EMAIL,,}" ]] || { printf 'AAID1 has another email: %s\n' "$email" >&2; exit 1; }
printf 'Repaired: %s has %s\n' "$aaid1" "$NEW_EMAIL"
