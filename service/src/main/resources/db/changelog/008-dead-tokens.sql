--liquibase formatted sql

--changeset oauth-service:008-dead-tokens splitStatements:false
ALTER TABLE oauth_installations ADD COLUMN token_dead_version BIGINT;

COMMENT ON COLUMN oauth_installations.token_dead_version IS 'the last version whose access token the provider took no more before its time; another one than token_version says nothing of the present token';
--rollback ALTER TABLE oauth_installations DROP COLUMN token_dead_version;
