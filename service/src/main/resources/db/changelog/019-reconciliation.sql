--liquibase formatted sql

--changeset oauth-service:019-grant-reconciliations splitStatements:false
-- When each grant is compared with what its platform says. It is a table of its own, so that a look changes no index of
-- oauth_installations. Kept by triggers, so that replicas of the previous version and manual changes are covered.
CREATE TABLE oauth_grant_reconciliations (
    installation_id   UUID PRIMARY KEY,
    platform          VARCHAR(50) NOT NULL,
    due_at            TIMESTAMPTZ NOT NULL,
    found             VARCHAR(30),
    found_at          TIMESTAMPTZ,
    found_fingerprint VARCHAR(100)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

COMMENT ON TABLE oauth_grant_reconciliations IS 'active grants of platforms that list no installations; rows are added and deleted by triggers on oauth_installations only';
COMMENT ON COLUMN oauth_grant_reconciliations.due_at IS 'when the platform is asked next; while a replica asks, when another one may';
COMMENT ON COLUMN oauth_grant_reconciliations.found IS 'what the platform said otherwise than is stored, until a second answer confirms it';
COMMENT ON COLUMN oauth_grant_reconciliations.found_at IS 'when it said so first';
COMMENT ON COLUMN oauth_grant_reconciliations.found_fingerprint IS 'of the access token that it was asked with';

CREATE INDEX oauth_grant_reconciliations_due ON oauth_grant_reconciliations (platform, due_at);

-- A grant whose tokens are minted has no row: its platform lists the installations.
CREATE FUNCTION oauth_schedule_reconciliation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'active' AND (NEW.refresh_token_encrypted IS NOT NULL OR NEW.token_expires_at IS NULL) THEN
        INSERT INTO oauth_grant_reconciliations (installation_id, platform, due_at)
        VALUES (NEW.id, NEW.platform, clock_timestamp() + INTERVAL '1 hour') ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM oauth_grant_reconciliations WHERE installation_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION oauth_unschedule_reconciliation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM oauth_grant_reconciliations WHERE installation_id = OLD.id;
    RETURN NULL;
END $$;
--rollback DROP FUNCTION oauth_unschedule_reconciliation();
--rollback DROP FUNCTION oauth_schedule_reconciliation();
--rollback DROP TABLE oauth_grant_reconciliations;

--changeset oauth-service:019-grant-reconciliation-triggers splitStatements:false
CREATE TRIGGER oauth_installations_reconcile_new
    AFTER INSERT ON oauth_installations FOR EACH ROW EXECUTE FUNCTION oauth_schedule_reconciliation();
CREATE TRIGGER oauth_installations_reconcile
    AFTER UPDATE OF status ON oauth_installations FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION oauth_schedule_reconciliation();
CREATE TRIGGER oauth_installations_reconcile_none
    AFTER DELETE ON oauth_installations FOR EACH ROW EXECUTE FUNCTION oauth_unschedule_reconciliation();
--rollback DROP TRIGGER oauth_installations_reconcile_none ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_reconcile ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_reconcile_new ON oauth_installations;

--changeset oauth-service:019-grant-reconciliation-rows runInTransaction:false
-- Spread over the first day. What changes meanwhile is written by the triggers; what ended meanwhile is removed again.
INSERT INTO oauth_grant_reconciliations (installation_id, platform, due_at)
SELECT id, platform,
       clock_timestamp() + (hashtextextended(id::text, 0) & 65535) / 65536.0 * INTERVAL '1 day'
FROM oauth_installations
WHERE status = 'active' AND (refresh_token_encrypted IS NOT NULL OR token_expires_at IS NULL)
ON CONFLICT DO NOTHING;
DELETE FROM oauth_grant_reconciliations r USING oauth_installations i
WHERE i.id = r.installation_id AND i.status <> 'active';
--rollback DELETE FROM oauth_grant_reconciliations;
