// A calling program with the types that openapi-typescript generates from the document. The compiler is half of the test:
// it rejects this program if the document requires, omits or types a field wrongly. Prints each answer as one line of JSON.
import assert from "node:assert/strict";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.js";

type Problem = components["schemas"]["Problem"];

const [base, key] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl: base!, headers: { Authorization: `Bearer ${key}` } });
const stranger = createClient<paths>({ baseUrl: base! });

const recorder: Middleware = {
  async onResponse({ response, schemaPath, request }) {
    const { status, headers } = response;
    const [type, body] = [headers.get("content-type"), await response.clone().text()];
    console.log(JSON.stringify({ method: request.method, path: schemaPath, status, type, body }));
  },
};
client.use(recorder);
stranger.use(recorder);

function problem(answer: { error?: Problem }, type: string): Problem {
  assert.equal(answer.error?.type, `urn:oauth-service:problem:${type}`);
  return answer.error;
}

const platforms = await client.GET("/oauth/platforms");
const github = platforms.data?.platforms.find((platform) => platform.id === "github");
const health: "ok" | "circuit_open" | "half_open" | "credentials_rejected" | undefined = github?.health;
assert.equal(health, "ok");

const list = await client.GET("/oauth/installations", { params: { query: { platform: "github", limit: 10 } } });
const installation = list.data?.installations[0];
assert.equal(installation?.external_org_id, "9001");
const cursor: string | null | undefined = list.data?.next_cursor;
assert.equal(cursor, null);

const one = await client.GET("/oauth/installations/{id}", { params: { path: { id: installation.id } } });
const revokedAt: string | null | undefined = one.data?.revoked_at;
assert.equal(revokedAt, null);

const path = { platform: "github" };
const token = await client.GET("/oauth/token/{platform}", { params: { path, query: { org_id: "9001" } } });
assert.ok(token.data);
assert.equal(token.data.org_id, "9001");
const organisation: string | undefined = token.data.orgs[0]?.id;
assert.equal(organisation, "9001");
// @ts-expect-error a token may have no expiry
const expiresAt: string = token.data.expires_at;
assert.ok(Date.parse(expiresAt) > Date.now());

const etag = token.response.headers.get("etag");
assert.ok(etag);
const same = await client.GET("/oauth/token/{platform}", {
  params: { path, query: { org_id: "9001" }, header: { "If-None-Match": etag } },
});
assert.equal(same.response.status, 304);

const unknown = await client.GET("/oauth/token/{platform}", { params: { path, query: { org_id: "404404" } } });
const connectUrl: string | undefined = problem(unknown, "not-connected").connect_url;
assert.ok(connectUrl?.endsWith("/oauth/install/github"));

const wide = await client.GET("/oauth/token/{platform}", {
  params: { path, query: { org_id: "9001", permissions: "contents:admin" } },
});
const granted: Record<string, string> | undefined = problem(wide, "permissions-not-granted").granted;
assert.equal(granted?.contents, "read");
const selection: string | undefined = wide.error?.repository_selection;
assert.ok(selection);

const { fingerprint } = token.data;
const report = await client.POST("/oauth/token/{platform}/failures", {
  params: { path },
  body: { org_id: "9001", fingerprint },
});
const verdict: "superseded" | "refreshed" | "accepted" | "retry" | undefined = report.data?.verdict;
assert.equal(verdict, "accepted");

const wrong = await client.POST("/oauth/token/{platform}/failures", {
  params: { path },
  body: { org_id: "9001", fingerprint: "none" },
});
assert.equal(problem(wrong, "invalid-request").errors?.[0]?.field, "fingerprint");

problem(await stranger.GET("/oauth/installations"), "unauthenticated");

const revoked = await client.DELETE("/oauth/installations/{id}", { params: { path: { id: installation.id } } });
assert.equal(revoked.response.status, 204);
