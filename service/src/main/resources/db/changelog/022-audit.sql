--liquibase formatted sql

--changeset oauth-service:022-audit splitStatements:false
-- No foreign key: entries outlive their installation. The order of pages is (at, id), which never changes. Updates of a
-- counted entry change no indexed column.
CREATE TABLE oauth_audit (
    at              TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    id              BIGINT GENERATED ALWAYS AS IDENTITY,
    action          VARCHAR(50) NOT NULL,
    actor           VARCHAR(255),
    source          VARCHAR(50),
    platform        VARCHAR(50),
    installation_id UUID,
    org_id          VARCHAR(255),
    fingerprint     VARCHAR(100),
    subject         VARCHAR(255),
    counted         BOOLEAN NOT NULL DEFAULT false,
    count           BIGINT NOT NULL DEFAULT 1,
    not_modified    BIGINT,
    first_at        TIMESTAMPTZ,
    last_at         TIMESTAMPTZ,
    detail          JSONB,
    PRIMARY KEY (at, id)
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

COMMENT ON TABLE oauth_audit IS 'who did what, with which installation and token';
COMMENT ON COLUMN oauth_audit.at IS 'when; of a counted entry, the start of its hour or minute';
COMMENT ON COLUMN oauth_audit.actor IS 'a caller''s name, or browser, service, webhook, reconciliation; null: not identified';
COMMENT ON COLUMN oauth_audit.source IS 'the sender''s network; of a counted entry, the last one';
COMMENT ON COLUMN oauth_audit.subject IS 'of a counted entry: the request that was denied, or why a webhook was rejected';
COMMENT ON COLUMN oauth_audit.counted IS 'one entry for all equal ones of an hour or minute, counted by all replicas';
COMMENT ON COLUMN oauth_audit.not_modified IS 'the responses with status 304; count is without them';

CREATE UNIQUE INDEX oauth_audit_counted
    ON oauth_audit (at, actor, installation_id, fingerprint, action, platform, subject) NULLS NOT DISTINCT WHERE counted;
CREATE INDEX oauth_audit_installation ON oauth_audit (installation_id, at, id) WHERE installation_id IS NOT NULL;
CREATE INDEX oauth_audit_actor ON oauth_audit (actor, at, id) WHERE actor IS NOT NULL;
CREATE INDEX oauth_audit_fingerprint ON oauth_audit (fingerprint, at, id) WHERE fingerprint IS NOT NULL;
CREATE INDEX oauth_audit_action ON oauth_audit (action, at, id) WHERE action NOT IN ('token.read', 'token.refreshed');
--rollback DROP TABLE oauth_audit;

--changeset oauth-service:022-installation-usage splitStatements:false
CREATE TABLE oauth_installation_usage (
    installation_id UUID PRIMARY KEY,
    last_used_at    TIMESTAMPTZ NOT NULL,
    last_used_by    VARCHAR(255) NOT NULL
);

COMMENT ON TABLE oauth_installation_usage IS 'the last read of a token of each installation; written once an hour at most';
COMMENT ON COLUMN oauth_installation_usage.last_used_at IS 'rounded down to the hour';

CREATE INDEX oauth_installation_usage_by ON oauth_installation_usage (last_used_by);
--rollback DROP TABLE oauth_installation_usage;

--changeset oauth-service:022-audit-cleaning splitStatements:false
CREATE TABLE oauth_audit_cleaning (
    one         BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
    owner       VARCHAR(100),
    lease_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity'
);
INSERT INTO oauth_audit_cleaning DEFAULT VALUES;

COMMENT ON TABLE oauth_audit_cleaning IS 'which replica deletes old entries and erases actors';

CREATE TABLE oauth_audit_erasures (
    actor        VARCHAR(255) PRIMARY KEY,
    requested_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE oauth_audit_erasures IS 'actors whose names are being replaced; a row is deleted when no replica can still store the name';
--rollback DROP TABLE oauth_audit_erasures;
--rollback DROP TABLE oauth_audit_cleaning;
