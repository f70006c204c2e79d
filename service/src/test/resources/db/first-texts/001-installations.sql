--liquibase formatted sql

--changeset oauth-service:001-installations splitStatements:false
CREATE TABLE oauth_installations (
    id                         UUID PRIMARY KEY,
    platform                   VARCHAR(50)  NOT NULL,
    grant_key                  VARCHAR(512) NOT NULL,
    status                     VARCHAR(30)  NOT NULL,
    status_reason              VARCHAR(50),
    status_since               TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    external_org_id            VARCHAR(255),
    external_org_name          VARCHAR(255),
    external_install_id        VARCHAR(255),
    external_user_id           VARCHAR(255),
    access_token_encrypted     TEXT,
    refresh_token_encrypted    TEXT,
    token_expires_at           TIMESTAMPTZ,
    token_issued_at            TIMESTAMPTZ,
    token_version              BIGINT       NOT NULL DEFAULT 0,
    token_fingerprint          VARCHAR(80),
    previous_fingerprint       VARCHAR(80),
    refresh_token_expires_at   TIMESTAMPTZ,
    family_started_at          TIMESTAMPTZ,
    scopes                     TEXT[]       NOT NULL DEFAULT '{}',
    requested_scopes           TEXT[]       NOT NULL DEFAULT '{}',
    permissions                JSONB        NOT NULL DEFAULT '{}',
    metadata                   JSONB        NOT NULL DEFAULT '{}',
    installed_by               VARCHAR(255),
    refresh_lease_owner        VARCHAR(100),
    refresh_lease_until        TIMESTAMPTZ,
    refresh_first_attempted_at TIMESTAMPTZ,
    refresh_attempted_at       TIMESTAMPTZ,
    refresh_failures           INTEGER      NOT NULL DEFAULT 0,
    refresh_error              VARCHAR(255),
    sequence                   BIGINT       NOT NULL DEFAULT 0,
    created_at                 TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    updated_at                 TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    revoked_at                 TIMESTAMPTZ,
    CONSTRAINT oauth_installations_grant UNIQUE (platform, grant_key),
    CONSTRAINT oauth_installations_status CHECK (status IN
        ('unclaimed', 'pending_approval', 'active', 'suspended', 'needs_reconnect', 'revoked')),
    CONSTRAINT oauth_installations_revoked CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
    CONSTRAINT oauth_installations_token CHECK (status <> 'active' OR access_token_encrypted IS NOT NULL)
);

COMMENT ON COLUMN oauth_installations.grant_key IS 'natural key of the grant at its provider; unique with revoked rows included, so that a reconnect revives the row';
COMMENT ON COLUMN oauth_installations.token_version IS 'rises with every stored pair and with every end of the grant: the fencing number';
COMMENT ON COLUMN oauth_installations.refresh_first_attempted_at IS 'first refresh of this version whose outcome is unknown';
COMMENT ON COLUMN oauth_installations.sequence IS 'rises with every event of this installation';

-- the list's order and cursor, and what looks for tokens nearing expiry
CREATE INDEX oauth_installations_newest ON oauth_installations (created_at DESC, id DESC);
CREATE INDEX oauth_installations_expiry ON oauth_installations (platform, token_expires_at) WHERE status = 'active';
-- what a provider's webhook names
CREATE INDEX oauth_installations_external ON oauth_installations (platform, external_install_id);
CREATE INDEX oauth_installations_user ON oauth_installations (platform, external_user_id) WHERE external_user_id IS NOT NULL;

CREATE TABLE oauth_installation_orgs (
    installation_id UUID         NOT NULL REFERENCES oauth_installations (id) ON DELETE CASCADE,
    platform        VARCHAR(50)  NOT NULL,
    org_id          VARCHAR(255) NOT NULL,
    name            VARCHAR(255),
    url             TEXT,
    metadata        JSONB        NOT NULL DEFAULT '{}',
    is_default      BOOLEAN      NOT NULL DEFAULT false,
    PRIMARY KEY (installation_id, org_id)
);

CREATE UNIQUE INDEX oauth_installation_orgs_default ON oauth_installation_orgs (platform, org_id) WHERE is_default;
CREATE INDEX oauth_installation_orgs_org ON oauth_installation_orgs (platform, org_id);
CREATE INDEX oauth_installation_orgs_name ON oauth_installation_orgs (platform, lower(name));

-- Ended grants whose tokens are still to be revoked at the provider. The ciphertexts stay bound to the
-- installation's row and columns that they come from.
CREATE TABLE oauth_revocations (
    installation_id         UUID PRIMARY KEY REFERENCES oauth_installations (id) ON DELETE CASCADE,
    access_token_encrypted  TEXT,
    refresh_token_encrypted TEXT,
    attempts                INTEGER     NOT NULL DEFAULT 0,
    next_attempt_at         TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    last_error              VARCHAR(255),
    created_at              TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX oauth_revocations_due ON oauth_revocations (next_attempt_at);
--rollback DROP TABLE oauth_revocations, oauth_installation_orgs, oauth_installations;
