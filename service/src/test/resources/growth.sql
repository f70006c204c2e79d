-- Installations number FROM_NUMBER to TO_NUMBER: 60 % GitHub, 20 % Jira, 20 % Slack; one in a hundred is revoked, one
-- in a thousand has to be reconnected. Their ciphertexts have the length of real ones and cannot be decrypted. No token
-- is due for the next ten minutes. Every other one has a label of a frequent kind, one in 700 has one of a rare kind.
INSERT INTO oauth_installations (id, platform, grant_key, status, status_reason, external_org_id, external_org_name,
    external_install_id, external_user_id, access_token_encrypted, refresh_token_encrypted, token_issued_at,
    token_expires_at, refresh_due_at, refresh_token_expires_at, reconnect_announced_for, token_version,
    token_fingerprint, scopes, requested_scopes, permissions, labels, installed_by, sequence, created_at, revoked_at,
    refresh_error)
SELECT gen_random_uuid(), platform, 'growth:' || n, status, status_reason, org_id, 'organisation ' || n,
    n::text, CASE WHEN platform = 'jira' THEN 'user ' || n END,
    CASE WHEN status <> 'revoked' THEN 'tink:v1:' || left(repeat(md5(n::text), 30), access_length) END,
    CASE WHEN status <> 'revoked' AND platform <> 'github' THEN 'tink:v1:' || left(repeat(md5('r' || n), 8), 220) END,
    expires_at - life, expires_at, expires_at - INTERVAL '8 minutes', reconnect_by,
    CASE WHEN n % 2 = 0 THEN reconnect_by END, 3, 'sha256:' || md5(n::text),
    '{read}', '{read}', '{"contents":"read"}',
    CASE WHEN n % 2 = 0 THEN '{"team":"search"}'::jsonb WHEN n % 700 = 1 THEN '{"rare":"old"}'::jsonb ELSE '{}' END, 'somebody', 5, now() - (10000000 - n) * INTERVAL '1 second',
    CASE WHEN status = 'revoked' THEN now() END, CASE WHEN status = 'needs_reconnect' THEN 'refresh_refused' END
FROM generate_series(FROM_NUMBER, TO_NUMBER) n
CROSS JOIN LATERAL (SELECT CASE WHEN n % 10 < 6 THEN 'github' WHEN n % 10 < 8 THEN 'jira' ELSE 'slack' END AS platform) p
CROSS JOIN LATERAL (
    SELECT CASE WHEN n % 100 = 99 THEN 'revoked' WHEN n % 1000 = 500 THEN 'needs_reconnect' ELSE 'active' END AS status,
        CASE WHEN n % 100 = 99 THEN 'by_us' WHEN n % 1000 = 500 THEN 'refresh_refused' END AS status_reason,
        CASE platform WHEN 'github' THEN (1000000000 + n)::text
            WHEN 'jira' THEN '11111111-aaaa-4bbb-8ccc-' || lpad(n::text, 12, '0') ELSE 'T' || lpad(n::text, 9, '0') END AS org_id,
        CASE platform WHEN 'github' THEN 760 WHEN 'jira' THEN 900 ELSE 150 END AS access_length,
        CASE platform WHEN 'slack' THEN INTERVAL '12 hours' ELSE INTERVAL '1 hour' END AS life,
        now() + INTERVAL '20 minutes' + random() * INTERVAL '40 minutes' AS expires_at,
        CASE WHEN platform = 'jira' THEN now() + INTERVAL '31 days' + (n % 59) * INTERVAL '1 day' END AS reconnect_by) g;

INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name, is_default)
SELECT id, platform, external_org_id, external_org_name, status <> 'revoked' FROM oauth_installations
WHERE grant_key IN (SELECT 'growth:' || n FROM generate_series(FROM_NUMBER, TO_NUMBER) n);

INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at, published_at)
SELECT gen_random_uuid(), id, sequence, 'io.oauthservice.token.refreshed.v1',
    -- As the service writes them: a replay sends them to the consumers of other tests.
    jsonb_build_object('installation_id', id, 'platform', platform,
        'organisation', jsonb_build_object('id', external_org_id, 'name', external_org_name), 'sequence', sequence,
        'occurred_at', '2026-03-01T12:00:00Z', 'cause', 'expiring', 'token_version', 3, 'expires_at', NULL,
        'fingerprint', token_fingerprint, 'filler', repeat('x', 250)),
    now() - INTERVAL '10 minutes', now() - INTERVAL '10 minutes'
FROM oauth_installations
WHERE grant_key IN (SELECT 'growth:' || n FROM generate_series(FROM_NUMBER, TO_NUMBER) n);

-- Each has a revocation that is still pending and not due, every other one of an earlier external id.
INSERT INTO oauth_revocations (installation_id, origin_id, external_install_id, grant_key, next_attempt_at)
SELECT CASE WHEN earlier THEN NULL ELSE id END, CASE WHEN earlier THEN id END, 'earlier', grant_key, 'infinity'
FROM oauth_installations CROSS JOIN LATERAL (SELECT external_install_id ~ '[13579]$' AS earlier) e
WHERE grant_key IN (SELECT 'growth:' || n FROM generate_series(FROM_NUMBER, TO_NUMBER) n);

-- As many install links, every tenth of which waits for an approval.
INSERT INTO oauth_install_links (id, secret, platform, created_by, expires_at, claimed_until, awaited_installation_id)
SELECT gen_random_uuid(), md5(gen_random_uuid()::text) || md5(gen_random_uuid()::text), 'github', 'somebody', now() + INTERVAL '1 day',
    CASE WHEN n % 10 = 0 THEN now() + INTERVAL '1 day' END, CASE WHEN n % 10 = 0 THEN gen_random_uuid() END
FROM generate_series(FROM_NUMBER, TO_NUMBER) n;
