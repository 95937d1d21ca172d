#!/usr/bin/env python3
"""Repair B: the wrong account is synced. AAID1 has the history and the old address and is not linked; AAID2, new and without
history, is. README.md tells the whole story.
"""

import os
import sys

from roster import linked_account, need, segment, step

base, org, key, aaid1, aaid2, new_email, unused_email, scim, token = need(
    "BASE_URL", "ORG_ID", "ORG_KEY", "AAID1", "AAID2", "NEW_EMAIL", "UNUSED_EMAIL", "SCIM_BASE_URL", "SCIM_TOKEN"
)
repair = f"{base}/admin/user-provisioning/v1/org/{org}"

step("1. AAID2 is unlinked", [204], key, "DELETE", f"{repair}/user/{segment(aaid2)}/onlyDeleteUserInDB")
step("2. AAID2 has an unused address", [204], key, "PUT", f"{base}/users/{segment(aaid2)}/manage/email", {"email": unused_email})
step("3. AAID1 has the new address", [204], key, "PUT", f"{base}/users/{segment(aaid1)}/manage/email", {"email": new_email})

# In life the identity provider does the rest: unassign the person, then assign the person again. A "force push" does not do,
# because it goes to the SCIM user that step 1 deleted.
user = step("4. the identity provider created the person again", [201], token, "POST", f"{scim}/Users", {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": os.environ.get("USER_NAME") or new_email,
    "displayName": os.environ.get("DISPLAY_NAME") or new_email,
    "active": True,
    "emails": [{"value": new_email, "type": "work", "primary": True}],
})
if linked_account(user) != aaid1:
    sys.exit(f"the new SCIM user is linked to another account: {linked_account(user)}")

for group in os.environ.get("SCIM_GROUPS", "").split():
    step(f"5. the identity provider provisioned group {group}", [200, 204], token, "PATCH", f"{scim}/Groups/{segment(group)}", {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "members", "value": [{"value": user["id"]}]}],
    })
print(f"Repaired: {aaid1} has {new_email} and the SCIM user {user['id']}")
