--liquibase formatted sql

--changeset oauth-service:016-registrations splitStatements:false
ALTER TABLE oauth_installations
    ADD COLUMN registration VARCHAR(255),
    ADD COLUMN requested_by_external_id VARCHAR(255);

COMMENT ON COLUMN oauth_installations.registration IS 'the App or client at the provider that the grant belongs to; null: stored before this was recorded, until the next refresh';
COMMENT ON COLUMN oauth_installations.requested_by_external_id IS 'the provider''s id of the person who requested the installation, while it awaits approval';
--rollback ALTER TABLE oauth_installations DROP COLUMN requested_by_external_id, DROP COLUMN registration;
