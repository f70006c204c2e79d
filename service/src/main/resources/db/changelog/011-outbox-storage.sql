--liquibase formatted sql

--changeset oauth-service:011-outbox-held splitStatements:false
-- Events of a parked installation are held: they stay out of what the relay picks, however many there are.
-- An event is held only while its installation is parked.
ALTER TABLE oauth_outbox ADD COLUMN held BOOLEAN NOT NULL DEFAULT false;
COMMENT ON COLUMN oauth_outbox.held IS 'not to be picked by the relay while the installation is parked';

ALTER TABLE oauth_outbox_relay ADD COLUMN refreshed_erased_until TIMESTAMPTZ;
COMMENT ON COLUMN oauth_outbox_relay.refreshed_erased_until IS 'token.refreshed events that were published up to then may be gone';

-- A trigger, because replicas of the version before and operators with psql delete parked rows too.
CREATE FUNCTION oauth_outbox_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE oauth_outbox SET held = false WHERE installation_id = OLD.installation_id AND held;
    RETURN NULL;
END $$;
CREATE TRIGGER oauth_outbox_release AFTER DELETE ON oauth_outbox_parked
    FOR EACH ROW EXECUTE FUNCTION oauth_outbox_release();

-- Each event is inserted, updated once and deleted: the table is a queue. Scale factors would let dead rows grow with
-- the events that are kept for days.
ALTER TABLE oauth_outbox SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000,
    autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 10000,
    autovacuum_vacuum_cost_delay = 1, autovacuum_vacuum_cost_limit = 1000);
--rollback DROP TRIGGER oauth_outbox_release ON oauth_outbox_parked;
--rollback DROP FUNCTION oauth_outbox_release;
--rollback ALTER TABLE oauth_outbox_relay DROP COLUMN refreshed_erased_until;
--rollback ALTER TABLE oauth_outbox DROP COLUMN held;
--rollback ALTER TABLE oauth_outbox RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_insert_threshold, autovacuum_analyze_scale_factor, autovacuum_analyze_threshold, autovacuum_vacuum_cost_delay, autovacuum_vacuum_cost_limit);

-- Indexes are built while the replicas of the version before write. An interrupted build leaves an invalid index, which
-- is dropped first.
--changeset oauth-service:011-outbox-held-index runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS oauth_outbox_held;
CREATE INDEX CONCURRENTLY oauth_outbox_held ON oauth_outbox (installation_id) WHERE held;
--rollback DROP INDEX oauth_outbox_held;

--changeset oauth-service:011-outbox-ready runInTransaction:false
-- what the relay picks, in its order; oauth_outbox_due serves the relay of the version before, and goes one release later
DROP INDEX CONCURRENTLY IF EXISTS oauth_outbox_ready;
CREATE INDEX CONCURRENTLY oauth_outbox_ready ON oauth_outbox (installation_id, snapshot DESC, sequence)
    WHERE (published_at IS NULL OR resend) AND NOT held;
--rollback DROP INDEX oauth_outbox_ready;

--changeset oauth-service:011-outbox-unsent runInTransaction:false
-- how many events wait, and since when the oldest does
DROP INDEX CONCURRENTLY IF EXISTS oauth_outbox_unsent;
CREATE INDEX CONCURRENTLY oauth_outbox_unsent ON oauth_outbox (held, occurred_at)
    WHERE published_at IS NULL AND NOT snapshot;
--rollback DROP INDEX oauth_outbox_unsent;

--changeset oauth-service:011-outbox-erasable runInTransaction:false
-- what retention erases, by how long it is kept
DROP INDEX CONCURRENTLY IF EXISTS oauth_outbox_published_states;
CREATE INDEX CONCURRENTLY oauth_outbox_published_states ON oauth_outbox (published_at)
    WHERE published_at IS NOT NULL AND NOT resend
      AND NOT (snapshot OR type = 'io.oauthservice.token.refreshed.v1');
DROP INDEX CONCURRENTLY IF EXISTS oauth_outbox_published_refreshed;
CREATE INDEX CONCURRENTLY oauth_outbox_published_refreshed ON oauth_outbox (published_at)
    WHERE published_at IS NOT NULL AND NOT resend
      AND (snapshot OR type = 'io.oauthservice.token.refreshed.v1');
DROP INDEX CONCURRENTLY IF EXISTS oauth_outbox_published;
--rollback CREATE INDEX IF NOT EXISTS oauth_outbox_published ON oauth_outbox (published_at) WHERE published_at IS NOT NULL;
--rollback DROP INDEX oauth_outbox_published_states, oauth_outbox_published_refreshed;
