--liquibase formatted sql

--changeset oauth-service:025-links splitStatements:false
CREATE TABLE oauth_install_links (
    id                       UUID PRIMARY KEY,
    secret                   VARCHAR(64) NOT NULL,
    platform                 VARCHAR(50) NOT NULL,
    created_by               TEXT        NOT NULL,
    visible_organisations    TEXT[],
    return_to                TEXT,
    labels                   JSONB       NOT NULL DEFAULT '{}',
    expected_org             VARCHAR(255),
    expected_installation_id UUID,
    expected_grant_key       VARCHAR(512),
    created_at               TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    expires_at               TIMESTAMPTZ NOT NULL,
    opened_at                TIMESTAMPTZ,
    claimed_by_state         VARCHAR(64),
    claimed_until            TIMESTAMPTZ,
    awaited_installation_id  UUID,
    spent_at                 TIMESTAMPTZ,
    installation_id          UUID,
    withdrawn_at             TIMESTAMPTZ,
    CONSTRAINT oauth_install_links_secret UNIQUE (secret)
);

COMMENT ON TABLE oauth_install_links IS 'links by which people without credentials connect an account, once each';
COMMENT ON COLUMN oauth_install_links.secret IS 'SHA-256 of the secret in the address, in hex';
COMMENT ON COLUMN oauth_install_links.visible_organisations IS 'those that the caller who made it was limited to; null: not limited';
COMMENT ON COLUMN oauth_install_links.expected_grant_key IS 'of the installation that is to be reconnected';
COMMENT ON COLUMN oauth_install_links.opened_at IS 'when a flow was started with it first';
COMMENT ON COLUMN oauth_install_links.claimed_by_state IS 'SHA-256 of the state of the only flow that may spend it until claimed_until';
COMMENT ON COLUMN oauth_install_links.awaited_installation_id IS 'an installation that has to be approved at the provider; the link is spent when it becomes active';
COMMENT ON COLUMN oauth_install_links.installation_id IS 'what it has connected';

CREATE INDEX oauth_install_links_created_by ON oauth_install_links (created_by);
CREATE INDEX oauth_install_links_expiry ON oauth_install_links (expires_at);
CREATE INDEX oauth_install_links_awaited ON oauth_install_links (awaited_installation_id)
    WHERE awaited_installation_id IS NOT NULL AND spent_at IS NULL;
--rollback DROP TABLE oauth_install_links;

--changeset oauth-service:025-refused-grants splitStatements:false
CREATE TABLE oauth_refused_grants (
    platform  VARCHAR(50)  NOT NULL,
    grant_key VARCHAR(512) NOT NULL,
    until     TIMESTAMPTZ  NOT NULL,
    PRIMARY KEY (platform, grant_key)
);

CREATE INDEX oauth_refused_grants_until ON oauth_refused_grants (until);

COMMENT ON TABLE oauth_refused_grants IS 'grants that a flow has got and does not store, and revokes at the provider';
COMMENT ON COLUMN oauth_refused_grants.until IS 'until then the provider may be carrying out the call: the same grant cannot be connected meanwhile';
--rollback DROP TABLE oauth_refused_grants;
