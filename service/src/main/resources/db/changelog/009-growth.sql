--liquibase formatted sql

-- No changeset here waits for a lock on one table while it holds a lock on another, and none holds a lock for long: the
-- replicas of the previous version go on reading and writing meanwhile. What is interrupted is repeated by the next start.

--changeset oauth-service:009-refresh-schedule splitStatements:false
-- When the background jobs have to look at an installation. It is a table of its own because these times change with
-- every refresh: an index on oauth_installations over any of them would make each refresh rewrite every index of that
-- table. Kept by a trigger, so that replicas of the previous version and manual changes are covered.
CREATE TABLE oauth_refresh_schedule (
    installation_id UUID PRIMARY KEY,
    platform        VARCHAR(50) NOT NULL,
    due_at          TIMESTAMPTZ,
    idle_since      TIMESTAMPTZ,
    blocked_until   TIMESTAMPTZ,
    reconnect_by    TIMESTAMPTZ
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

COMMENT ON TABLE oauth_refresh_schedule IS 'active installations that a background job will look at; written by triggers on oauth_installations only';
COMMENT ON COLUMN oauth_refresh_schedule.due_at IS 'refresh_due_at, or the end of the back-off after a failed attempt if that is later; null: refreshed by token requests only, or quarantined';
COMMENT ON COLUMN oauth_refresh_schedule.idle_since IS 'when the token pair was issued, where the refresh token expires if it is not used';
COMMENT ON COLUMN oauth_refresh_schedule.blocked_until IS 'the end of the back-off after a failed attempt';
COMMENT ON COLUMN oauth_refresh_schedule.reconnect_by IS 'deadline for a new authorisation that has not been announced yet';

CREATE INDEX oauth_refresh_schedule_due ON oauth_refresh_schedule (platform, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX oauth_refresh_schedule_idle ON oauth_refresh_schedule (platform, idle_since)
    INCLUDE (blocked_until, installation_id) WHERE idle_since IS NOT NULL;
CREATE INDEX oauth_refresh_schedule_reconnect ON oauth_refresh_schedule (reconnect_by) WHERE reconnect_by IS NOT NULL;

CREATE FUNCTION oauth_schedule_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    next oauth_refresh_schedule%ROWTYPE;
BEGIN
    next.installation_id := NEW.id;
    next.platform := NEW.platform;
    IF NEW.status = 'active' THEN
        IF NEW.refresh_parked_at IS NULL THEN
            next.due_at := CASE
                WHEN NEW.refresh_due_at IS NULL THEN NULL
                WHEN NEW.refresh_lease_owner IS NULL THEN GREATEST(NEW.refresh_due_at, NEW.refresh_lease_until)
                ELSE NEW.refresh_due_at END;
            next.idle_since := CASE WHEN NEW.refresh_token_expires_at IS NOT NULL THEN NEW.token_issued_at END;
            next.blocked_until := CASE WHEN NEW.refresh_lease_owner IS NULL THEN NEW.refresh_lease_until END;
        END IF;
        next.reconnect_by := LEAST(NEW.refresh_token_expires_at, NEW.grant_expires_at);
        IF next.reconnect_by IS NOT DISTINCT FROM NEW.reconnect_announced_for THEN
            next.reconnect_by := NULL;
        END IF;
    END IF;
    IF COALESCE(next.due_at, next.idle_since, next.reconnect_by) IS NULL THEN
        DELETE FROM oauth_refresh_schedule WHERE installation_id = NEW.id;
    ELSE
        UPDATE oauth_refresh_schedule
        SET due_at = next.due_at, idle_since = next.idle_since, blocked_until = next.blocked_until,
            reconnect_by = next.reconnect_by
        WHERE installation_id = NEW.id AND (due_at, idle_since, blocked_until, reconnect_by)
            IS DISTINCT FROM (next.due_at, next.idle_since, next.blocked_until, next.reconnect_by);
        IF NOT FOUND THEN
            INSERT INTO oauth_refresh_schedule VALUES (next.*) ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION oauth_unschedule_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM oauth_refresh_schedule WHERE installation_id = OLD.id;
    RETURN NULL;
END $$;
--rollback DROP FUNCTION oauth_unschedule_refresh();
--rollback DROP FUNCTION oauth_schedule_refresh();
--rollback DROP TABLE oauth_refresh_schedule;

--changeset oauth-service:009-refresh-schedule-triggers splitStatements:false
CREATE TRIGGER oauth_installations_schedule
    AFTER INSERT OR UPDATE OF status, refresh_due_at, refresh_lease_owner, refresh_lease_until, refresh_parked_at,
        token_issued_at, refresh_token_expires_at, grant_expires_at, reconnect_announced_for
    ON oauth_installations FOR EACH ROW EXECUTE FUNCTION oauth_schedule_refresh();
CREATE TRIGGER oauth_installations_unschedule
    AFTER DELETE ON oauth_installations FOR EACH ROW EXECUTE FUNCTION oauth_unschedule_refresh();
ALTER TABLE oauth_installations SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
--rollback ALTER TABLE oauth_installations RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor, autovacuum_vacuum_cost_delay);
--rollback DROP TRIGGER oauth_installations_unschedule ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_schedule ON oauth_installations;

--changeset oauth-service:009-refresh-schedule-rows runInTransaction:false
-- What changes meanwhile is written by the trigger, which has the newer values. What ended meanwhile is removed again.
INSERT INTO oauth_refresh_schedule (installation_id, platform, due_at, idle_since, blocked_until, reconnect_by)
SELECT id, platform, due_at, idle_since, blocked_until, reconnect_by
FROM oauth_installations i, LATERAL (
    SELECT CASE WHEN refresh_parked_at IS NULL AND refresh_due_at IS NOT NULL THEN
               CASE WHEN refresh_lease_owner IS NULL THEN GREATEST(refresh_due_at, refresh_lease_until)
                    ELSE refresh_due_at END END AS due_at,
           CASE WHEN refresh_parked_at IS NULL AND refresh_token_expires_at IS NOT NULL
                THEN token_issued_at END AS idle_since,
           CASE WHEN refresh_parked_at IS NULL AND refresh_lease_owner IS NULL
                THEN refresh_lease_until END AS blocked_until,
           CASE WHEN LEAST(refresh_token_expires_at, grant_expires_at) IS DISTINCT FROM reconnect_announced_for
                THEN LEAST(refresh_token_expires_at, grant_expires_at) END AS reconnect_by) s
WHERE i.status = 'active' AND COALESCE(due_at, idle_since, reconnect_by) IS NOT NULL
ON CONFLICT DO NOTHING;
DELETE FROM oauth_refresh_schedule s USING oauth_installations i
WHERE i.id = s.installation_id AND i.status <> 'active';
--rollback DELETE FROM oauth_refresh_schedule;

--changeset oauth-service:009-refresh-indexes runInTransaction:false
-- Replaced by the schedule. Without them a refresh changes no indexed column, and its updates stay on their page (HOT).
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_refresh_due;
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_idle;
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_reconnect_by;
--rollback CREATE INDEX oauth_installations_refresh_due ON oauth_installations (platform, refresh_due_at) WHERE status = 'active' AND refresh_due_at IS NOT NULL;
--rollback CREATE INDEX oauth_installations_idle ON oauth_installations (platform, token_issued_at) WHERE status = 'active' AND refresh_token_expires_at IS NOT NULL;
--rollback CREATE INDEX oauth_installations_reconnect_by ON oauth_installations (LEAST(refresh_token_expires_at, grant_expires_at)) WHERE status = 'active';

--changeset oauth-service:009-quarantined runInTransaction:false
-- Quarantined rejections, oldest first.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_quarantined;
CREATE INDEX CONCURRENTLY oauth_installations_quarantined ON oauth_installations (platform, refresh_parked_at)
    WHERE refresh_parked_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_parked;
--rollback CREATE INDEX oauth_installations_parked ON oauth_installations (platform) WHERE refresh_parked_at IS NOT NULL;
--rollback DROP INDEX oauth_installations_quarantined;

--changeset oauth-service:009-revocations-created splitStatements:false
-- Pending revocations that are given up by age.
CREATE INDEX oauth_revocations_created ON oauth_revocations (created_at);
--rollback DROP INDEX oauth_revocations_created;

--changeset oauth-service:009-listed runInTransaction:false
-- The list's ranges: one platform and status each, newest first.
DROP INDEX CONCURRENTLY IF EXISTS oauth_installations_listed;
CREATE INDEX CONCURRENTLY oauth_installations_listed
    ON oauth_installations (platform, status, created_at DESC, id DESC);
--rollback DROP INDEX oauth_installations_listed;

--changeset oauth-service:009-org-columns splitStatements:false
-- The list by organisation and by name reads the organisations alone, so they carry what it filters and sorts by.
ALTER TABLE oauth_installation_orgs ADD COLUMN status VARCHAR(30), ADD COLUMN created_at TIMESTAMPTZ,
    SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
         autovacuum_analyze_scale_factor = 0.05);

COMMENT ON COLUMN oauth_installation_orgs.status IS 'of the installation; kept by triggers';
COMMENT ON COLUMN oauth_installation_orgs.created_at IS 'of the installation; kept by triggers';

CREATE FUNCTION oauth_complete_org() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT i.status, i.created_at INTO NEW.status, NEW.created_at
    FROM oauth_installations i WHERE i.id = NEW.installation_id;
    RETURN NEW;
END $$;

CREATE TRIGGER oauth_installation_orgs_complete
    BEFORE INSERT ON oauth_installation_orgs FOR EACH ROW EXECUTE FUNCTION oauth_complete_org();
--rollback DROP TRIGGER oauth_installation_orgs_complete ON oauth_installation_orgs;
--rollback DROP FUNCTION oauth_complete_org();
--rollback ALTER TABLE oauth_installation_orgs RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor), DROP COLUMN status, DROP COLUMN created_at;

--changeset oauth-service:009-org-columns-trigger splitStatements:false
CREATE FUNCTION oauth_update_orgs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE oauth_installation_orgs SET status = NEW.status, created_at = NEW.created_at
    WHERE installation_id = NEW.id AND (status, created_at) IS DISTINCT FROM (NEW.status, NEW.created_at);
    RETURN NULL;
END $$;

CREATE TRIGGER oauth_installations_orgs
    AFTER UPDATE OF status, created_at ON oauth_installations FOR EACH ROW
    WHEN ((OLD.status, OLD.created_at) IS DISTINCT FROM (NEW.status, NEW.created_at))
    EXECUTE FUNCTION oauth_update_orgs();
--rollback DROP TRIGGER oauth_installations_orgs ON oauth_installations;
--rollback DROP FUNCTION oauth_update_orgs();

--changeset oauth-service:009-org-columns-rows runInTransaction:false splitStatements:false
-- In short transactions. Rows that somebody else has locked are left to the next pass.
DO $$
DECLARE
    place UUID;
    last UUID;
BEGIN
    WHILE EXISTS (SELECT FROM oauth_installation_orgs WHERE status IS NULL) LOOP
        place := '00000000-0000-0000-0000-000000000000';
        LOOP
            SELECT id INTO last FROM (
                SELECT id FROM oauth_installations WHERE id > place ORDER BY id LIMIT 5000) next
            ORDER BY id DESC LIMIT 1;
            EXIT WHEN last IS NULL;
            UPDATE oauth_installation_orgs o SET status = i.status, created_at = i.created_at
            FROM oauth_installations i, (
                SELECT installation_id, org_id FROM oauth_installation_orgs
                WHERE installation_id > place AND installation_id <= last AND status IS NULL
                FOR UPDATE SKIP LOCKED) free
            WHERE i.id = free.installation_id AND o.installation_id = free.installation_id AND o.org_id = free.org_id;
            COMMIT;
            place := last;
        END LOOP;
    END LOOP;
END $$;
--rollback UPDATE oauth_installation_orgs SET status = NULL, created_at = NULL;

--changeset oauth-service:009-orgs-by-org runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS oauth_installation_orgs_by_org;
CREATE INDEX CONCURRENTLY oauth_installation_orgs_by_org
    ON oauth_installation_orgs (org_id, created_at DESC, installation_id DESC) INCLUDE (platform, status, name);
--rollback DROP INDEX oauth_installation_orgs_by_org;

--changeset oauth-service:009-orgs-listed runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS oauth_installation_orgs_listed;
CREATE INDEX CONCURRENTLY oauth_installation_orgs_listed
    ON oauth_installation_orgs (platform, status, created_at DESC, installation_id DESC) INCLUDE (name);
--rollback DROP INDEX oauth_installation_orgs_listed;

--changeset oauth-service:009-search-terms splitStatements:false
-- All parts of a name of one, two and three characters, in lower case. With them any text of any length is found by
-- index, punctuation and scripts without word boundaries included.
CREATE FUNCTION oauth_search_terms(name TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT COALESCE(array_agg(DISTINCT substr(text, position, size)), '{}')
    FROM lower(name) text, generate_series(1, length(text)) position, generate_series(1, 3) size
    WHERE position + size - 1 <= length(text)
$$;
--rollback DROP FUNCTION oauth_search_terms(TEXT);

--changeset oauth-service:009-orgs-search runInTransaction:false
DROP INDEX CONCURRENTLY IF EXISTS oauth_installation_orgs_search;
CREATE INDEX CONCURRENTLY oauth_installation_orgs_search ON oauth_installation_orgs
    USING gin (oauth_search_terms(name)) WITH (fastupdate = off);
--rollback DROP INDEX oauth_installation_orgs_search;

--changeset oauth-service:009-rewrap-keys splitStatements:false
ALTER TABLE oauth_rewrap ADD COLUMN ciphertexts JSONB NOT NULL DEFAULT '{}';

COMMENT ON COLUMN oauth_rewrap.ciphertexts IS 'how many ciphertexts of each key the present or last pass has left';
--rollback ALTER TABLE oauth_rewrap DROP COLUMN ciphertexts;
