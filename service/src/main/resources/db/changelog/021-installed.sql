--liquibase formatted sql

--changeset oauth-service:021-installed splitStatements:false
ALTER TABLE oauth_webhook_inbox ADD COLUMN installed BOOLEAN NOT NULL DEFAULT false;

COMMENT ON COLUMN oauth_webhook_inbox.installed IS 'the event reports a new installation; its report is CHANGED, because replicas of the version before do not know another word';
--rollback ALTER TABLE oauth_webhook_inbox DROP COLUMN installed;
