--liquibase formatted sql

--changeset oauth-service:002-states splitStatements:false
CREATE TABLE oauth_states (
    state                    VARCHAR(255) PRIMARY KEY,
    platform                 VARCHAR(50)  NOT NULL,
    code_verifier            TEXT,
    redirect_uri             TEXT         NOT NULL,
    requested_scopes         TEXT[]       NOT NULL DEFAULT '{}',
    browser_binding          VARCHAR(64)  NOT NULL,
    return_to                TEXT,
    requested_by             VARCHAR(255),
    link_id                  UUID,
    expected_installation_id UUID,
    created_at               TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    expires_at               TIMESTAMPTZ  NOT NULL
);

COMMENT ON COLUMN oauth_states.state IS 'SHA-256 of the state, in hex';
COMMENT ON COLUMN oauth_states.code_verifier IS 'encrypted; PKCE';

CREATE INDEX oauth_states_expiry ON oauth_states (expires_at);
--rollback DROP TABLE oauth_states;
