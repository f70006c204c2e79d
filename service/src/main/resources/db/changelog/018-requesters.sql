--liquibase formatted sql

--changeset oauth-service:018-requesters splitStatements:false
ALTER TABLE oauth_webhook_inbox ADD COLUMN requester_id VARCHAR(255);

COMMENT ON COLUMN oauth_webhook_inbox.requester_id IS 'the platform''s id of the person whose request was approved; null: the event names none';
--rollback ALTER TABLE oauth_webhook_inbox DROP COLUMN requester_id;

--changeset oauth-service:018-requested runInTransaction:false
-- Requests that nobody approved, oldest first.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_requested;
CREATE INDEX CONCURRENTLY oauth_installations_requested ON oauth_installations (status_since)
    WHERE status = 'pending_approval';
--rollback DROP INDEX oauth_installations_requested;
