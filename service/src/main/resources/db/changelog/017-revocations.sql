--liquibase formatted sql

--changeset oauth-service:017-revocations splitStatements:false
ALTER TABLE oauth_revocations
    ADD COLUMN id                  UUID NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN origin_id           UUID REFERENCES oauth_installations (id) ON DELETE CASCADE,
    ADD COLUMN external_install_id VARCHAR(255),
    ADD COLUMN external_user_id    VARCHAR(255),
    ADD COLUMN grant_key           VARCHAR(512),
    ADD COLUMN registration        VARCHAR(255),
    ADD COLUMN revoking_until      TIMESTAMPTZ,
    DROP CONSTRAINT oauth_revocations_pkey,
    ADD CONSTRAINT oauth_revocations_pkey PRIMARY KEY (id),
    -- Replicas of earlier versions name this column in ON CONFLICT, and ignore rows where it is null.
    ADD CONSTRAINT oauth_revocations_installation UNIQUE (installation_id),
    ALTER COLUMN installation_id DROP NOT NULL,
    ADD CONSTRAINT oauth_revocations_one_installation CHECK (num_nonnulls(installation_id, origin_id) = 1),
    ADD CONSTRAINT oauth_revocations_earlier_tokens
        CHECK (origin_id IS NULL OR num_nonnulls(access_token_encrypted, refresh_token_encrypted) = 0);

COMMENT ON COLUMN oauth_revocations.installation_id IS 'the installation; null: see origin_id';
COMMENT ON COLUMN oauth_revocations.origin_id IS 'the installation, which has been connected under another external id and revoked again since; its earlier external id is still to be revoked, which needs no token';
COMMENT ON COLUMN oauth_revocations.grant_key IS 'this and the external ids as they were when the installation was revoked; null: written by an earlier version, the installation''s own count';
COMMENT ON COLUMN oauth_revocations.revoking_until IS 'until then the provider may be carrying out a call to revoke';
COMMENT ON COLUMN oauth_revocations.created_at IS 'start of the time after which it is given up';

CREATE INDEX oauth_revocations_origin ON oauth_revocations (origin_id) WHERE origin_id IS NOT NULL;
--rollback DELETE FROM oauth_revocations WHERE installation_id IS NULL;
--rollback ALTER TABLE oauth_revocations DROP COLUMN id, DROP COLUMN origin_id, DROP COLUMN external_install_id, DROP COLUMN external_user_id, DROP COLUMN grant_key, DROP COLUMN registration, DROP COLUMN revoking_until, DROP CONSTRAINT oauth_revocations_installation, ADD PRIMARY KEY (installation_id);
