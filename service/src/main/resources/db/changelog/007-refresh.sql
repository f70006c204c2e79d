--liquibase formatted sql

--changeset oauth-service:007-refresh splitStatements:false
ALTER TABLE oauth_installations
    ADD COLUMN grant_expires_at        TIMESTAMPTZ,
    ADD COLUMN reconnect_announced_for TIMESTAMPTZ,
    ADD COLUMN refresh_due_at          TIMESTAMPTZ,
    ADD COLUMN refresh_parked_at       TIMESTAMPTZ,
    ADD COLUMN refresh_parked_for      VARCHAR(30);

COMMENT ON COLUMN oauth_installations.grant_expires_at IS 'when the consent itself ends, however often it is refreshed';
COMMENT ON COLUMN oauth_installations.reconnect_announced_for IS 'the deadline that was announced last, so that each is announced once';
COMMENT ON COLUMN oauth_installations.refresh_due_at IS 'when the sweep renews the token, ahead of its readers; null: left to them';
COMMENT ON COLUMN oauth_installations.refresh_parked_at IS 'refused in a burst of refusals: not believed before our own credentials were checked';

UPDATE oauth_installations
SET refresh_due_at = token_expires_at - LEAST(INTERVAL '10 minutes', (token_expires_at - token_issued_at) / 4)
WHERE status = 'active' AND token_expires_at - token_issued_at >= INTERVAL '2 minutes';

-- what the sweep picks, and what it keeps alive
DROP INDEX oauth_installations_expiry;
CREATE INDEX oauth_installations_refresh_due ON oauth_installations (platform, refresh_due_at)
    WHERE status = 'active' AND refresh_due_at IS NOT NULL;
CREATE INDEX oauth_installations_idle ON oauth_installations (platform, token_issued_at)
    WHERE status = 'active' AND refresh_token_expires_at IS NOT NULL;
-- deadlines to announce
CREATE INDEX oauth_installations_reconnect_by
    ON oauth_installations (LEAST(refresh_token_expires_at, grant_expires_at)) WHERE status = 'active';
-- the refusals of the last minutes
CREATE INDEX oauth_installations_refused ON oauth_installations (platform, status_since)
    WHERE status <> 'active' AND refresh_error IS NOT NULL;
CREATE INDEX oauth_installations_parked ON oauth_installations (platform) WHERE refresh_parked_at IS NOT NULL;
--rollback DROP INDEX oauth_installations_parked, oauth_installations_refused, oauth_installations_reconnect_by, oauth_installations_idle, oauth_installations_refresh_due;
--rollback CREATE INDEX oauth_installations_expiry ON oauth_installations (platform, token_expires_at) WHERE status = 'active';
--rollback ALTER TABLE oauth_installations DROP COLUMN grant_expires_at, DROP COLUMN reconnect_announced_for, DROP COLUMN refresh_due_at, DROP COLUMN refresh_parked_at, DROP COLUMN refresh_parked_for;

--changeset oauth-service:007-personal splitStatements:false
ALTER TABLE oauth_installation_orgs ADD COLUMN personal BOOLEAN NOT NULL DEFAULT false;

COMMENT ON COLUMN oauth_installation_orgs.personal IS 'reached by a user for themselves alone: never the default of the organisation';
--rollback ALTER TABLE oauth_installation_orgs DROP COLUMN personal;
