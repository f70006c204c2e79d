--liquibase formatted sql

--changeset oauth-service:012-unknown-outcomes splitStatements:false
ALTER TABLE oauth_installations ADD COLUMN refresh_unknown_outcomes SMALLINT NOT NULL DEFAULT 0;

COMMENT ON COLUMN oauth_installations.refresh_unknown_outcomes IS 'refreshes of this version that are under way or whose outcome is unknown; counts only while refresh_first_attempted_at is set';
--rollback ALTER TABLE oauth_installations DROP COLUMN refresh_unknown_outcomes;
