--liquibase formatted sql

--changeset oauth-service:029-newest runInTransaction:false
-- The list reads ranges of one platform and status each. With this index PostgreSQL could read the installations of all others
-- to find those of a range.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_newest;
--rollback CREATE INDEX oauth_installations_newest ON oauth_installations (created_at DESC, id DESC);
