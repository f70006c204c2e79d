--liquibase formatted sql

--changeset oauth-service:028-link-openers splitStatements:false
ALTER TABLE oauth_install_links ADD COLUMN opener_origin TEXT;
ALTER TABLE oauth_states ADD COLUMN opener_origin TEXT;

COMMENT ON COLUMN oauth_install_links.opener_origin IS 'of the page that opens the link in a window and gets the outcome; null: none';
COMMENT ON COLUMN oauth_states.opener_origin IS 'that of the flow''s link';
--rollback ALTER TABLE oauth_states DROP COLUMN opener_origin; ALTER TABLE oauth_install_links DROP COLUMN opener_origin;
