--liquibase formatted sql

-- 010-dead-token-version and 010-inherited are for databases that ran the first texts of 008-dead-tokens,
-- 001-installations and 002-states. A comment between two changesets would belong to the first one's checksum.
--changeset oauth-service:010-deployment splitStatements:false
CREATE TABLE oauth_deployment (
    one           BOOLEAN     PRIMARY KEY DEFAULT true CHECK (one),
    callback_base TEXT        NOT NULL,
    recorded_at   TIMESTAMPTZ NOT NULL DEFAULT statement_timestamp()
);

COMMENT ON TABLE oauth_deployment IS 'the deployment that may refresh the grants stored here: a process with another OAUTH_CALLBACK_BASE does not start';
--rollback DROP TABLE oauth_deployment;

--changeset oauth-service:010-rewrap-unreadable splitStatements:false
ALTER TABLE oauth_rewrap ADD COLUMN unreadable_vaults TEXT[] NOT NULL DEFAULT '{}';
UPDATE oauth_rewrap SET unreadable_vaults = '{keyset,transit}' WHERE unreadable > 0;

COMMENT ON COLUMN oauth_rewrap.unreadable_vaults IS 'in the present pass: the vaults whose ciphertexts could not be decrypted; their canaries are kept';
--rollback ALTER TABLE oauth_rewrap DROP COLUMN unreadable_vaults;

--changeset oauth-service:010-dead-token-version splitStatements:false
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:1 SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'oauth_installations' AND column_name = 'token_dead_at'
ALTER TABLE oauth_installations ADD COLUMN token_dead_version BIGINT;

COMMENT ON COLUMN oauth_installations.token_dead_version IS 'the last version whose access token the provider took no more before its time; another one than token_version says nothing of the present token';

UPDATE oauth_installations SET token_dead_version = token_version WHERE token_dead_at IS NOT NULL;

ALTER TABLE oauth_installations DROP COLUMN token_dead_at;
--rollback ALTER TABLE oauth_installations ADD COLUMN token_dead_at TIMESTAMPTZ;
--rollback UPDATE oauth_installations SET token_dead_at = statement_timestamp() WHERE token_dead_version = token_version;
--rollback ALTER TABLE oauth_installations DROP COLUMN token_dead_version;

--changeset oauth-service:010-inherited splitStatements:false
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 SELECT count(*) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'oauth_installation_orgs' AND column_name = 'inherited'
ALTER TABLE oauth_installation_orgs DROP COLUMN metadata, ADD COLUMN inherited BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE oauth_states DROP COLUMN requested_scopes;
--rollback ALTER TABLE oauth_installation_orgs DROP COLUMN inherited, ADD COLUMN metadata JSONB NOT NULL DEFAULT '{}';
--rollback ALTER TABLE oauth_states ADD COLUMN requested_scopes TEXT[] NOT NULL DEFAULT '{}';
