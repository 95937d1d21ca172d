#!/usr/bin/env bash
# Repair B: the wrong account is synced. AAID1 has the history and the old address and is not linked; AAID2, new and without history,
# is. README.md tells the whole story.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need BASE_URL ORG_ID ORG_KEY AAID1 AAID2 NEW_EMAIL UNUSED_EMAIL SCIM_BASE_URL SCIM_TOKEN
repair=$BASE_URL/admin/user-provisioning/v1/org/$ORG_ID

step '1. AAID2 is unlinked' 204 "$ORG_KEY" DELETE "$repair/user/$AAID2/onlyDeleteUserInDB"
step '2. AAID2 has an unused address' 204 "$ORG_KEY" PUT "$BASE_URL/users/$AAID2/manage/email" "{\"email\":$(json "$UNUSED_EMAIL")}"
step '3. AAID1 has the new address' 204 "$ORG_KEY" PUT "$BASE_URL/users/$AAID1/manage/email" "{\"email\":$(json "$NEW_EMAIL")}"

# In life the identity provider does the rest: unassign the person, then assign the person again. A "force push" does not do, because it goes
# to the SCIM user that step 1 deleted.
step '4. the identity provider created the person again' 201 "$SCIM_TOKEN" POST "$SCIM_BASE_URL/Users" \
  "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":$(json "${USER_NAME:-$NEW_EMAIL}"),\"displayName\":$(json "${DISPLAY_NAME:-$NEW_EMAIL}"),\"active\":true,\"emails\":[{\"value\":$(json "$NEW_EMAIL"),\"type\":\"work\",\"primary\":true}]}"
linked=$(answer_text atlassianAccountId)
[[ $linked == "$AAID1" ]] || { printf 'the new SCIM user is linked to another account: %s\n' "$linked" >&2; exit 1; }
scim_user=$(answer_text id)

for group in ${SCIM_GROUPS:-}; do
  call "$SCIM_TOKEN" PATCH "$SCIM_BASE_URL/Groups/$group" \
    "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":$(json "$scim_user")}]}]}"
  printf '%s  5. the identity provider provisioned group %s\n' "$STATUS" "$group"
  [[ $STATUS == 20[04] ]] || { printf 'the server said: %s\n' "$ANSWER" >&2; exit 1; }
done
printf 'Repaired: %s has %s and the SCIM user %s\n' "$AAID1" "$NEW_EMAIL" "$scim_user"
