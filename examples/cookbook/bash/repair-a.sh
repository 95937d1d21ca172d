#!/usr/bin/env bash
# Repair A: right account, wrong email, and a wrong account is synced too. AAID1 has the history and the old address; AAID2 holds the
# new address, so the identity provider's update of AAID1's record fails with 409. README.md tells the whole story.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

need BASE_URL ORG_ID ORG_KEY AAID1 AAID2 NEW_EMAIL PARK_EMAIL SCIM_BASE_URL SCIM_TOKEN SCIM_USER1
repair=$BASE_URL/admin/user-provisioning/v1/org/$ORG_ID

step 'the links of AAID1' 200 "$ORG_KEY" GET "$repair/user/$AAID1/get-scim-links"
if ! answer_has scimUserId "$SCIM_USER1"; then
  printf 'SCIM user %s is not linked to %s, so A is the wrong repair; see B\n' "$SCIM_USER1" "$AAID1" >&2
  exit 1
fi

step '1. AAID2 is unlinked' 204 "$ORG_KEY" DELETE "$repair/user/$AAID2/onlyDeleteUserInDB"
step '2. AAID2 has an unused address' 204 "$ORG_KEY" PUT "$BASE_URL/users/$AAID2/manage/email" "{\"email\":$(json "$PARK_EMAIL")}"

# In life the identity provider does this: provision the person again ("force sync", "provision on demand").
step '3. the identity provider pushed the new address' 200 "$SCIM_TOKEN" PATCH "$SCIM_BASE_URL/Users/$SCIM_USER1" \
  "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"emails\",\"value\":[{\"value\":$(json "$NEW_EMAIL"),\"type\":\"work\",\"primary\":true}]}]}"

step 'the profile of AAID1' 200 "$ORG_KEY" GET "$BASE_URL/users/$AAID1/manage/profile"
answer_has email "$NEW_EMAIL" || { printf 'AAID1 has another email: %s\n' "$ANSWER" >&2; exit 1; }
printf 'Repaired: %s has %s\n' "$AAID1" "$NEW_EMAIL"
