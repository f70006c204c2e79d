--liquibase formatted sql

--changeset oauth-service:013-names-1 runInTransaction:false
-- Built without a lock on writers; an attempt that was cut short leaves an invalid index behind.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installation_orgs_named;
CREATE INDEX CONCURRENTLY oauth_installation_orgs_named ON oauth_installation_orgs (platform, lower(name), org_id);
--rollback DROP INDEX oauth_installation_orgs_named;

--changeset oauth-service:013-names-2 runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_install;
CREATE INDEX CONCURRENTLY oauth_installations_install
    ON oauth_installations (platform, external_install_id, external_user_id NULLS FIRST);
--rollback DROP INDEX oauth_installations_install;

--changeset oauth-service:013-names-3 runInTransaction:false
-- The new indexes begin with the columns of these.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installation_orgs_name;
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_external;
--rollback CREATE INDEX oauth_installation_orgs_name ON oauth_installation_orgs (platform, lower(name));
--rollback CREATE INDEX oauth_installations_external ON oauth_installations (platform, external_install_id);
