#!/usr/bin/env node
// Repair B: the wrong account is synced. AAID1 has the history and the old address and is not linked; AAID2, new and without history,
// is. README.md tells the whole story.
import { fail, linkedAccount, need, segment, step } from "./roster.mjs";

const [base, org, key, aaid1, aaid2, newEmail, unusedEmail, scim, token] = need(
  "BASE_URL", "ORG_ID", "ORG_KEY", "AAID1", "AAID2", "NEW_EMAIL", "UNUSED_EMAIL", "SCIM_BASE_URL", "SCIM_TOKEN",
);
const repair = `${base}/admin/user-provisioning/v1/org/${org}`;

await step("1. AAID2 is unlinked", [204], key, "DELETE", `${repair}/user/${segment(aaid2)}/onlyDeleteUserInDB`);
await step("2. AAID2 has an unused address", [204], key, "PUT", `${base}/users/${segment(aaid2)}/manage/email`, { email: unusedEmail });
await step("3. AAID1 has the new address", [204], key, "PUT", `${base}/users/${segment(aaid1)}/manage/email`, { email: newEmail });

// In life the identity provider does the rest: unassign the person, then assign the person again. A "force push" does not do, because it
// goes to the SCIM user that step 1 deleted.
const user = await step("4. the identity provider created the person again", [201], token, "POST", `${scim}/Users`, {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: process.env.USER_NAME || newEmail,
  displayName: process.env.DISPLAY_NAME || newEmail,
  active: true,
  emails: [{ value: newEmail, type: "work", primary: true }],
});
if (linkedAccount(user) !== aaid1) fail(`the new SCIM user is linked to another account: ${linkedAccount(user)}`);

for (const group of (process.env.SCIM_GROUPS ?? "").split(/\s+/).filter(Boolean)) {
  await step(`5. the identity provider provisioned group ${group}`, [200, 204], token, "PATCH", `${scim}/Groups/${segment(group)}`, {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "add", path: "members", value: [{ value: user.id }] }],
  });
}
console.log(`Repaired: ${aaid1} has ${newEmail} and the SCIM user ${user.id}`);
