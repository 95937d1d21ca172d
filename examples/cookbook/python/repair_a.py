#!/usr/bin/env python3
"""Repair A: right account, wrong email, and a wrong account is synced too. AAID1 has the history and the old address; AAID2 holds
the new address, so the identity provider's update of AAID1's record fails with 409. README.md tells the whole story.
"""

import sys

from roster import linked_account, need, segment, step

base, org, key, aaid2, new_email, unused_email, scim, token, scim_user1 = need(
    "BASE_URL", "ORG_ID", "ORG_KEY", "AAID2", "NEW_EMAIL", "UNUSED_EMAIL", "SCIM_BASE_URL", "SCIM_TOKEN", "SCIM_USER1"
)
repair = f"{base}/admin/user-provisioning/v1/org/{org}"

user = step("the SCIM user that could not be updated", [200], token, "GET", f"{scim}/Users/{segment(scim_user1)}")
aaid1 = linked_account(user)
if aaid1 in (None, aaid2):
    sys.exit(f"it is linked to {aaid1} and not to another account than AAID2, so A is the wrong repair; see B")

step("1. AAID2 is unlinked", [204], key, "DELETE", f"{repair}/user/{segment(aaid2)}/onlyDeleteUserInDB")
step("2. AAID2 has an unused address", [204], key, "PUT", f"{base}/users/{segment(aaid2)}/manage/email", {"email": unused_email})

# In life the identity provider does this: provision the person again ("force sync", "provision on demand").
step("3. the identity provider pushed the new address", [200], token, "PATCH", f"{scim}/Users/{segment(scim_user1)}", {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "replace", "path": "emails", "value": [{"value": new_email, "type": "work", "primary": True}]}],
})

profile = step("the profile of AAID1", [200], key, "GET", f"{base}/users/{segment(aaid1)}/manage/profile")
if profile["account"]["email"].lower() != new_email.lower():
    sys.exit(f"AAID1 has another email: {profile['account']['email']}")
print(f"Repaired: {aaid1} has {new_email}")
