--liquibase formatted sql

--changeset oauth-service:004-vault splitStatements:false
CREATE TABLE oauth_vault_canary (
    vault      VARCHAR(20) PRIMARY KEY,
    ciphertext TEXT        NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE oauth_vault_canary IS 'a known value under each vault in use: a process that cannot read it holds the wrong key';
--rollback DROP TABLE oauth_vault_canary;
