--liquibase formatted sql

--changeset oauth-service:023-installers runInTransaction:false
-- The erasure of a person looks for what this person has installed.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_installed_by;
CREATE INDEX CONCURRENTLY oauth_installations_installed_by
    ON oauth_installations (installed_by) WHERE installed_by IS NOT NULL;
--rollback DROP INDEX oauth_installations_installed_by;
