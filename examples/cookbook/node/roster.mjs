// What the Node scripts share. Needs Node 18 or newer, and nothing else.

// need gives the values of environment variables, all of which must be set.
export function need(...names) {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) fail(`${missing.join(", ")} not set; README.md says what they are`);
  return names.map((name) => process.env[name]);
}

export function fail(text) {
  console.error(text);
  process.exit(1);
}

// segment gives text as one segment of a path.
export const segment = (text) => encodeURIComponent(text);

// call sends a request and gives the status and the answer, as JSON where it is JSON.
export async function call(key, method, url, body) {
  const headers = { Authorization: `Bearer ${key}`, Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(30_000) })
      .catch((error) => fail(`no answer from ${url}: ${error.cause?.message ?? error.message}`));
    const answer = parse(await response.text());
    if (response.status !== 429 || attempt === 5) return { status: response.status, answer };
    // A 429 was not carried out, so it is sent again.
    const seconds = Number(response.headers.get("Retry-After")) || 2 ** attempt;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// step is call that prints the status and ends the script unless it is wanted.
export async function step(text, wanted, ...request) {
  const { status, answer } = await call(...request);
  console.log(`${status}  ${text}`);
  if (!wanted.includes(status)) fail(`the server said: ${JSON.stringify(answer)}\nNothing after this step was done.`);
  return answer;
}

// linkedAccount gives the AAID that a SCIM user is linked to, if any.
export const linkedAccount = (user) => user["urn:scim:schemas:extension:atlassian-external:1.0"]?.atlassianAccountId;
