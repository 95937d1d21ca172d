#!/usr/bin/env node
// Repair A: right account, wrong email, and a wrong account is synced too. AAID1 has the history and the old address; AAID2 holds the
// new address, so the identity provider's update of AAID1's record fails with 409. README.md tells the whole story.
import { fail, linkedAccount, need, segment, step } from "./roster.mjs";

const [base, org, key, aaid2, newEmail, unusedEmail, scim, token, scimUser1] = need(
  "BASE_URL", "ORG_ID", "ORG_KEY", "AAID2", "NEW_EMAIL", "UNUSED_EMAIL", "SCIM_BASE_URL", "SCIM_TOKEN", "SCIM_USER1",
);
const repair = `${base}/admin/user-provisioning/v1/org/${org}`;

const user = await step("the SCIM user that could not be updated", [200], token, "GET", `${scim}/Users/${segment(scimUser1)}`);
const aaid1 = linkedAccount(user);
if (!aaid1 || aaid1 === aaid2) {
  fail(`it is linked to ${aaid1} and not to another account than AAID2, so A is the wrong repair; see B`);
}

await step("1. AAID2 is unlinked", [204], key, "DELETE", `${repair}/user/${segment(aaid2)}/onlyDeleteUserInDB`);
await step("2. AAID2 has an unused address", [204], key, "PUT", `${base}/users/${segment(aaid2)}/manage/email`, { email: unusedEmail });

// In life the identity provider does this: provision the person again ("force sync", "provision on demand").
await step("3. the identity provider pushed the new address", [200], token, "PATCH", `${scim}/Users/${segment(scimUser1)}`, {
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "replace", path: "emails", value: [{ value: newEmail, type: "work", primary: true }] }],
});

const profile = await step("the profile of AAID1", [200], key, "GET", `${base}/users/${segment(aaid1)}/manage/profile`);
if (profile.account.email.toLowerCase() !== newEmail.toLowerCase()) fail(`AAID1 has another email: ${profile.account.email}`);
console.log(`Repaired: ${aaid1} has ${newEmail}`);
