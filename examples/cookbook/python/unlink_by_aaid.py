#!/usr/bin/env python3
"""Deletes the SCIM users of many accounts, by AAID, in all directories of the organization. The accounts stay as they are.

  BASE_URL=… ORG_ID=… ORG_KEY=… ./unlink_by_aaid.py [--dry-run] aaids.txt [result.csv]

aaids.txt has one AAID a line. result.csv gets one row for each; --dry-run only lists the links.
"""

import argparse
import csv
import os
import re
import sys

from roster import call, need, segment

AAID = re.compile(r"[a-zA-Z0-9_|:-]{1,128}")


def unlink(key, repair, aaid, dry_run):
    """The status and the result of one account."""
    if not AAID.fullmatch(aaid):
        return "-", "not an account id"
    if dry_run:
        status, answer = call(key, "GET", f"{repair}/user/{segment(aaid)}/get-scim-links")
        return status, f"would delete {len(answer['scimLinks'])} SCIM users" if status == 200 else f"failed: {answer}"
    status, answer = call(key, "DELETE", f"{repair}/user/{segment(aaid)}/onlyDeleteUserInDB")
    return status, "unlinked" if status == 204 else f"failed: {answer}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("aaids")
    parser.add_argument("result", nargs="?", default=os.devnull)
    parser.add_argument("--dry-run", action="store_true")
    args = parser.parse_args()
    base, org, key = need("BASE_URL", "ORG_ID", "ORG_KEY")
    repair = f"{base}/admin/user-provisioning/v1/org/{org}"

    with open(args.aaids, encoding="utf-8-sig") as file:
        aaids = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    failed = 0
    if os.path.isfile(args.result):
        sys.exit(f"{args.result} exists already; it may be the record of another run")
    with open(args.result, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["accountId", "status", "result"])
        for aaid in aaids:
            status, result = unlink(key, repair, aaid, args.dry_run)
            failed += status not in (200, 204)
            print(f"{status}  {aaid}  {result}")
            rows.writerow([aaid, status, result])
            file.flush()
    if failed:
        sys.exit(f"{failed} failed")


main()
