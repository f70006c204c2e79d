--liquibase formatted sql

-- The valid checksum is that of the first text; 010-dead-token-version brings its databases to the same schema.
--changeset oauth-service:008-dead-tokens splitStatements:false
--validCheckSum: 9:6134efd5f1cf1dbeec4775b973dc0852
ALTER TABLE oauth_installations ADD COLUMN token_dead_version BIGINT;

COMMENT ON COLUMN oauth_installations.token_dead_version IS 'the last version whose access token the provider took no more before its time; another one than token_version says nothing of the present token';
--rollback ALTER TABLE oauth_installations DROP COLUMN token_dead_version;
