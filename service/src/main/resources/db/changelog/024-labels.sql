--liquibase formatted sql

--changeset oauth-service:024-labels splitStatements:false
ALTER TABLE oauth_installations ADD COLUMN labels JSONB NOT NULL DEFAULT '{}';

COMMENT ON COLUMN oauth_installations.labels IS 'an object of texts that callers have given to the installation';
--rollback ALTER TABLE oauth_installations DROP COLUMN labels;

--changeset oauth-service:024-labelled runInTransaction:false
-- Of the default class: jsonb_path_ops does not find the installations that have a label whatever its value.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_labelled;
CREATE INDEX CONCURRENTLY oauth_installations_labelled ON oauth_installations
    USING gin (labels) WITH (fastupdate = off);
--rollback DROP INDEX oauth_installations_labelled;
