--liquibase formatted sql

--changeset oauth-service:026-changes splitStatements:false
-- What replicas cache of the list is evicted by these notifications. They come from triggers, so that changes by replicas
-- of the previous version and by hand are covered. A change of columns that no caller sees, such as those of a lease, sends none.
--   k: token, the contents of these rows changed; state, also which lists contain them; use, when they were used last;
--      all, too many to be named
--   p: the platform; ids: the rows; orgs: organisations that were added, changed or lost
--   t: the transaction; x: every transaction before this one has ended
CREATE FUNCTION oauth_notify_changes(kind TEXT, platform TEXT, ids UUID[], orgs TEXT[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    marks JSONB := jsonb_build_object(
        'x', pg_snapshot_xmin(pg_current_snapshot())::text, 't', pg_current_xact_id()::text);
    payload TEXT;
BEGIN
    IF cardinality(ids) <= 150 THEN
        payload := marks || jsonb_build_object('k', kind, 'p', platform, 'ids', ids, 'orgs', orgs);
    END IF;
    IF payload IS NULL OR octet_length(payload) > 7900 THEN
        payload := marks || jsonb_build_object('k', 'all');
    END IF;
    PERFORM pg_notify('oauth_changes', payload);
END $$;

-- A session keeps the plan of the first update, which is of one row in most cases: a nested loop would be quadratic later.
CREATE FUNCTION oauth_notify_updated_installations() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    PERFORM oauth_notify_changes(c.kind, c.platform, array_agg(c.id), '{}') FROM (
        SELECT n.id, n.platform, CASE WHEN
                (o.platform, o.status, o.status_reason, o.external_org_id, o.external_org_name, o.external_install_id,
                 o.external_user_id, o.metadata, o.labels, o.installed_by, o.created_at, o.revoked_at)
                IS DISTINCT FROM
                (n.platform, n.status, n.status_reason, n.external_org_id, n.external_org_name, n.external_install_id,
                 n.external_user_id, n.metadata, n.labels, n.installed_by, n.created_at, n.revoked_at)
            THEN 'state' ELSE 'token' END AS kind
        FROM old_rows o JOIN new_rows n USING (id)
        WHERE o.status IS DISTINCT FROM n.status
           OR (o.platform, o.status_reason, o.external_org_id, o.external_org_name, o.external_install_id,
               o.external_user_id, o.metadata, o.labels, o.installed_by, o.created_at, o.revoked_at, o.updated_at, o.scopes,
               o.requested_scopes, o.permissions, o.token_expires_at, o.token_version, o.refresh_token_expires_at,
               o.grant_expires_at)
              IS DISTINCT FROM
              (n.platform, n.status_reason, n.external_org_id, n.external_org_name, n.external_install_id,
               n.external_user_id, n.metadata, n.labels, n.installed_by, n.created_at, n.revoked_at, n.updated_at, n.scopes,
               n.requested_scopes, n.permissions, n.token_expires_at, n.token_version, n.refresh_token_expires_at,
               n.grant_expires_at)) c
    GROUP BY c.kind, c.platform;
    RETURN NULL;
END $$;

-- For new and for deleted installations.
CREATE FUNCTION oauth_notify_installations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM oauth_notify_changes('state', c.platform, array_agg(c.id), '{}') FROM changed c GROUP BY c.platform;
    RETURN NULL;
END $$;

-- For new and for deleted organisations.
CREATE FUNCTION oauth_notify_orgs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM oauth_notify_changes('state', c.platform, array_agg(DISTINCT c.installation_id), array_agg(DISTINCT c.org_id))
    FROM changed c GROUP BY c.platform;
    RETURN NULL;
END $$;

-- Status and creation time follow the installation, which notifies itself.
CREATE FUNCTION oauth_notify_updated_orgs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM oauth_notify_changes('state', platform, array_agg(DISTINCT installation_id), array_agg(DISTINCT org_id))
    FROM (
        SELECT COALESCE(n.platform, o.platform) AS platform, installation_id, org_id
        FROM old_rows o FULL JOIN new_rows n USING (installation_id, org_id)
        WHERE (o.name, o.url, o.inherited) IS DISTINCT FROM (n.name, n.url, n.inherited)) c
    GROUP BY platform;
    RETURN NULL;
END $$;
--rollback DROP FUNCTION oauth_notify_updated_orgs();
--rollback DROP FUNCTION oauth_notify_orgs();
--rollback DROP FUNCTION oauth_notify_installations();
--rollback DROP FUNCTION oauth_notify_updated_installations();
--rollback DROP FUNCTION oauth_notify_changes(TEXT, TEXT, UUID[], TEXT[]);

--changeset oauth-service:026-changes-installations splitStatements:false
CREATE TRIGGER oauth_installations_changes_insert AFTER INSERT ON oauth_installations
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_installations();
CREATE TRIGGER oauth_installations_changes_update AFTER UPDATE ON oauth_installations
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_updated_installations();
CREATE TRIGGER oauth_installations_changes_delete AFTER DELETE ON oauth_installations
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_installations();
--rollback DROP TRIGGER oauth_installations_changes_delete ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_changes_update ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_changes_insert ON oauth_installations;

--changeset oauth-service:026-changes-orgs splitStatements:false
CREATE TRIGGER oauth_installation_orgs_changes_insert AFTER INSERT ON oauth_installation_orgs
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_orgs();
CREATE TRIGGER oauth_installation_orgs_changes_update AFTER UPDATE ON oauth_installation_orgs
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_updated_orgs();
CREATE TRIGGER oauth_installation_orgs_changes_delete AFTER DELETE ON oauth_installation_orgs
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_orgs();
--rollback DROP TRIGGER oauth_installation_orgs_changes_delete ON oauth_installation_orgs;
--rollback DROP TRIGGER oauth_installation_orgs_changes_update ON oauth_installation_orgs;
--rollback DROP TRIGGER oauth_installation_orgs_changes_insert ON oauth_installation_orgs;

--changeset oauth-service:026-changes-usage splitStatements:false
-- Written at most once an hour for each installation, many at once: never so many that they cannot be named.
CREATE FUNCTION oauth_notify_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM oauth_notify_changes('use', c.platform, array_agg(c.id), '{}') FROM (
        SELECT i.id, i.platform, (row_number() OVER (PARTITION BY i.platform) - 1) / 150 AS chunk
        FROM changed JOIN oauth_installations i ON i.id = changed.installation_id) c
    GROUP BY c.platform, c.chunk;
    RETURN NULL;
END $$;

CREATE TRIGGER oauth_installation_usage_changes_insert AFTER INSERT ON oauth_installation_usage
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_usage();
CREATE TRIGGER oauth_installation_usage_changes_update AFTER UPDATE ON oauth_installation_usage
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_notify_usage();
--rollback DROP TRIGGER oauth_installation_usage_changes_update ON oauth_installation_usage;
--rollback DROP TRIGGER oauth_installation_usage_changes_insert ON oauth_installation_usage;
--rollback DROP FUNCTION oauth_notify_usage();

--changeset oauth-service:026-change-epoch
-- Transaction numbers of one database mean nothing in another one. A restored database needs another value.
CREATE TABLE oauth_change_epoch (
    single BOOLEAN PRIMARY KEY DEFAULT true CHECK (single),
    epoch  VARCHAR(32) NOT NULL
);
INSERT INTO oauth_change_epoch (epoch) VALUES (substr(md5(gen_random_uuid()::text), 1, 8));
--rollback DROP TABLE oauth_change_epoch;

--changeset oauth-service:026-installation-counts splitStatements:false
-- How many installations there are, so that no request counts a million rows. A change adds a row, which waits for no
-- other transaction; a job adds the rows up.
CREATE TABLE oauth_installation_counts (
    platform      VARCHAR(50) NOT NULL,
    status        VARCHAR(30) NOT NULL,
    installations BIGINT      NOT NULL,
    PRIMARY KEY (platform, status)
);
CREATE TABLE oauth_installation_count_changes (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    platform      VARCHAR(50) NOT NULL,
    status        VARCHAR(30) NOT NULL,
    installations BIGINT      NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

COMMENT ON TABLE oauth_installation_counts IS 'installations by platform and status, without oauth_installation_count_changes';
COMMENT ON TABLE oauth_installation_count_changes IS 'written by triggers on oauth_installations only, until a job adds them to oauth_installation_counts';

CREATE FUNCTION oauth_count_installations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO oauth_installation_count_changes (platform, status, installations)
    SELECT c.platform, c.status, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed c GROUP BY c.platform, c.status;
    RETURN NULL;
END $$;

CREATE FUNCTION oauth_count_updated_installation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO oauth_installation_count_changes (platform, status, installations)
    VALUES (OLD.platform, OLD.status, -1), (NEW.platform, NEW.status, 1);
    RETURN NULL;
END $$;
--rollback DROP FUNCTION oauth_count_updated_installation();
--rollback DROP FUNCTION oauth_count_installations();
--rollback DROP TABLE oauth_installation_count_changes;
--rollback DROP TABLE oauth_installation_counts;

--changeset oauth-service:026-installation-counts-triggers splitStatements:false
CREATE TRIGGER oauth_installations_count_insert AFTER INSERT ON oauth_installations
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_count_installations();
CREATE TRIGGER oauth_installations_count_update AFTER UPDATE OF status, platform ON oauth_installations
    FOR EACH ROW WHEN ((OLD.status, OLD.platform) IS DISTINCT FROM (NEW.status, NEW.platform))
    EXECUTE FUNCTION oauth_count_updated_installation();
CREATE TRIGGER oauth_installations_count_delete AFTER DELETE ON oauth_installations
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION oauth_count_installations();
--rollback DROP TRIGGER oauth_installations_count_delete ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_count_update ON oauth_installations;
--rollback DROP TRIGGER oauth_installations_count_insert ON oauth_installations;

--changeset oauth-service:026-installation-counts-rows runInTransaction:false
-- One statement, one snapshot: what the triggers have counted in it already is subtracted. Repeated after an interruption.
INSERT INTO oauth_installation_counts (platform, status, installations)
SELECT platform, status, sum(installations) FROM (
    SELECT platform, status, count(*) AS installations FROM oauth_installations GROUP BY platform, status
    UNION ALL
    SELECT platform, status, -installations FROM oauth_installation_count_changes) c
GROUP BY platform, status
ON CONFLICT DO NOTHING;
--rollback DELETE FROM oauth_installation_counts;
