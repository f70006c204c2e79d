--liquibase formatted sql

--changeset oauth-service:020-reconciled-lists splitStatements:false
CREATE TABLE oauth_reconciled_lists (
    platform     VARCHAR(50) PRIMARY KEY,
    next_read_at TIMESTAMPTZ NOT NULL,
    read_at      TIMESTAMPTZ
);

COMMENT ON TABLE oauth_reconciled_lists IS 'when a platform''s list of installations is compared with what is stored';
COMMENT ON COLUMN oauth_reconciled_lists.read_at IS 'when the last complete read began';
--rollback DROP TABLE oauth_reconciled_lists;
