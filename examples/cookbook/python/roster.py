"""What the Python scripts share. Needs Python 3.9 or newer, and nothing else."""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def need(*names):
    """The values of environment variables, all of which must be set."""
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        sys.exit(f"{', '.join(missing)} not set; README.md says what they are")
    return [os.environ[name] for name in names]


def segment(text):
    """Text as one segment of a path."""
    return urllib.parse.quote(text, safe=":")


def call(key, method, url, body=None):
    """Sends a request and returns the status and the answer, as JSON where it is JSON."""
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    data = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        data = json.dumps(body).encode()
    for attempt in range(5):
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, parse(response.read())
        except urllib.error.HTTPError as error:
            if error.code != 429 or attempt == 4:
                return error.code, parse(error.read())
            # A 429 was not carried out, so it is sent again.
            wait = error.headers.get("Retry-After", "")
            time.sleep(int(wait) if wait.isdigit() else 2**attempt)
        except urllib.error.URLError as error:
            sys.exit(f"no answer from {url}: {error.reason}")


def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")


def step(text, wanted, key, method, url, body=None):
    """call that prints the status and ends the script unless it is wanted."""
    status, answer = call(key, method, url, body)
    print(f"{status}  {text}")
    if status not in wanted:
        sys.exit(f"the server said: {answer}\nNothing after this step was done.")
    return answer


def linked_account(user):
    """The AAID that a SCIM user is linked to; None when it is not."""
    return user.get("urn:scim:schemas:extension:atlassian-external:1.0", {}).get("atlassianAccountId")
