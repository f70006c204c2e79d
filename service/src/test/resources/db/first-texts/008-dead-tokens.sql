--liquibase formatted sql

--changeset oauth-service:008-dead-tokens splitStatements:false
ALTER TABLE oauth_installations ADD COLUMN token_dead_at TIMESTAMPTZ;

COMMENT ON COLUMN oauth_installations.token_dead_at IS 'when the provider no longer took the access token before its time; null: as far as anybody knows it does';
--rollback ALTER TABLE oauth_installations DROP COLUMN token_dead_at;
