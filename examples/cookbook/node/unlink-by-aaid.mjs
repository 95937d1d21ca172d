#!/usr/bin/env node
// Deletes the SCIM users of many accounts, by AAID, in all directories of the organization. The accounts stay as they are.
//
//   BASE_URL=… ORG_ID=… ORG_KEY=… node unlink-by-aaid.mjs [--dry-run] aaids.txt [result.csv]
//
// aaids.txt has one AAID a line. result.csv gets one row for each; --dry-run only lists the links.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { call, fail, need, segment } from "./roster.mjs";

const { values, positionals } = parseArgs({ options: { "dry-run": { type: "boolean" } }, allowPositionals: true });
const [file, result] = positionals;
if (!file || positionals.length > 2) fail("usage: unlink-by-aaid.mjs [--dry-run] AAIDS [RESULT.csv]");
const [base, org, key] = need("BASE_URL", "ORG_ID", "ORG_KEY");
const repair = `${base}/admin/user-provisioning/v1/org/${org}`;

// unlink gives the status and the result of one account.
async function unlink(aaid) {
  if (!/^[a-zA-Z0-9_|:-]{1,128}$/.test(aaid)) return ["-", "not an account id"];
  if (values["dry-run"]) {
    const { status, answer } = await call(key, "GET", `${repair}/user/${segment(aaid)}/get-scim-links`);
    return [status, status === 200 ? `would delete ${answer.scimLinks.length} SCIM users` : `failed: ${JSON.stringify(answer)}`];
  }
  const { status, answer } = await call(key, "DELETE", `${repair}/user/${segment(aaid)}/onlyDeleteUserInDB`);
  return [status, status === 204 ? "unlinked" : `failed: ${JSON.stringify(answer)}`];
}

const quote = (text) => `"${String(text).replaceAll('"', '""')}"`;

const lines = readFileSync(file, "utf8").replace(/^\uFEFF/, "").split("\n").map((line) => line.trim());
if (result && existsSync(result)) fail(`${result} exists already; it may be the record of another run`);
if (result) writeFileSync(result, "accountId,status,result\n");
let failed = 0;
for (const aaid of lines.filter((line) => line && !line.startsWith("#"))) {
  const [status, outcome] = await unlink(aaid);
  if (status !== 200 && status !== 204) failed++;
  console.log(`${status}  ${aaid}  ${outcome}`);
  if (result) appendFileSync(result, `${aaid},${status},${quote(outcome)}\n`);
}
if (failed > 0) fail(`${failed} failed`);
