"""Runs one public SCIM suite against a server and prints what each check said, as JSON.

    ROSTER_SCIM_TOKEN=... python run.py SUITE BASE_URL

internal/e2e starts the server, calls this and judges; nothing is judged here.
"""

import contextlib
import importlib.metadata
import json
import os
import sys

# The outcomes that the report knows. Advice that was not followed (a SHOULD, a warning) counts as a failure.
PASS, FAIL, SKIP = "pass", "fail", "skip"


def check(group, name, text, outcome, detail):
    return {"group": group, "name": name, "text": text, "outcome": outcome, "detail": detail or ""}


def scim2_tester(base_url, token, describe=None):
    from httpx2 import Client
    from scim2_client.engines.httpx2 import SyncSCIMClient
    from scim2_tester import Status, check_server

    outcomes = {
        Status.SUCCESS: PASS,
        Status.COMPLIANT: PASS,
        Status.ACCEPTABLE: PASS,
        Status.SKIPPED: SKIP,
    }
    with Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        client = SyncSCIMClient(http)
        if describe:
            client.provider = describe(client)
        return [
            check(
                r.resource_type or "Discovery",
                r.title,
                (r.description or "").strip().split("\n")[0],
                outcomes.get(r.status, FAIL),
                r.reason,
            )
            for r in check_server(client)
        ]


def scim2_tester_described(base_url, token):
    return scim2_tester(base_url, token, description)


def description(client):
    """What the server publishes of itself, less an extension that the suite mishandles (docs/conformance.md says how).

    The suite takes such a description instead of making its own. What is left out of it is still in the answers, so
    the client must not insist on knowing every attribute; the suite's other run does.
    """
    from scim2_models import ResourceType, Schema, ScimPolicy, ScimProvider, ServiceProviderConfig

    account = "urn:scim:schemas:extension:atlassian-external:1.0"
    schemas = [s for s in client.query(Schema).resources if str(s.id) != account]
    resource_types = client.query(ResourceType).resources
    for t in resource_types:
        t.schema_extensions = [e for e in t.schema_extensions or [] if str(e.schema_) != account] or None
    config = client.query(ServiceProviderConfig)
    policy = ScimPolicy(unknown=ScimPolicy.Unknown.ignore)
    return ScimProvider.from_discovery(schemas, resource_types, config, policy)


def scim_sanity(base_url, token):
    from scim_sanity.probe.runner import run_probe_api

    outcomes = {"pass": PASS, "skip": SKIP}
    results = run_probe_api(base_url, token=token)["results"]
    return [
        check(r.get("phase"), r["name"], "", outcomes.get(r["status"].lower(), FAIL), r.get("message"))
        for r in results
    ]


# Names that begin with a package's name, and what runs it.
SUITES = {
    "scim2-tester": scim2_tester,
    "scim2-tester, described": scim2_tester_described,
    "scim-sanity": scim_sanity,
}


def main():
    suite, base_url = sys.argv[1:]
    # A suite that prints must not spoil the report.
    with contextlib.redirect_stdout(sys.stderr):
        checks = SUITES[suite](base_url, os.environ["ROSTER_SCIM_TOKEN"])
    json.dump({"suite": suite, "version": importlib.metadata.version(suite.split(",")[0]), "checks": checks}, sys.stdout)


if __name__ == "__main__":
    main()
