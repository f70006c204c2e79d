--liquibase formatted sql

--changeset oauth-service:027-sessions splitStatements:false
CREATE TABLE oauth_sessions (
    id           VARCHAR(64) PRIMARY KEY,
    key_sha256   VARCHAR(64),
    issuer       VARCHAR(255),
    subject      VARCHAR(255),
    roles        TEXT[],
    display_name VARCHAR(255),
    created_at   TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    ends_at      TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    CONSTRAINT oauth_sessions_owner CHECK (num_nonnulls(key_sha256, issuer) = 1
        AND num_nonnulls(issuer, subject, roles, display_name) IN (0, 4))
);

COMMENT ON TABLE oauth_sessions IS 'browsers that have signed in to the page';
COMMENT ON COLUMN oauth_sessions.id IS 'SHA-256 of the id in the cookie, in hex';
COMMENT ON COLUMN oauth_sessions.key_sha256 IS 'SHA-256 of the API key, in hex; decides at each request which client it is; null: a person has signed in at an OpenID provider';
COMMENT ON COLUMN oauth_sessions.issuer IS 'the OpenID provider; null: an API key has opened the session';
COMMENT ON COLUMN oauth_sessions.subject IS 'the provider''s id of the person';
COMMENT ON COLUMN oauth_sessions.roles IS 'the configured roles that the person had at sign-in; the settings decide at each request what they permit';
COMMENT ON COLUMN oauth_sessions.display_name IS 'the name to show';
COMMENT ON COLUMN oauth_sessions.ends_at IS 'the latest time that requests can extend expires_at to';

CREATE INDEX oauth_sessions_expiry ON oauth_sessions (expires_at);
CREATE INDEX oauth_sessions_subject ON oauth_sessions (subject) WHERE subject IS NOT NULL;
--rollback DROP TABLE oauth_sessions;
