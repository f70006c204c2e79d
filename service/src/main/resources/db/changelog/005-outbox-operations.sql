--liquibase formatted sql

--changeset oauth-service:005-outbox-operations splitStatements:false
-- A snapshot tells the state in place of events that are gone. It has the sequence of the latest event, beside that one.
ALTER TABLE oauth_outbox
    ADD COLUMN snapshot BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN resend   BOOLEAN NOT NULL DEFAULT false,
    DROP CONSTRAINT oauth_outbox_sequence;

COMMENT ON COLUMN oauth_outbox.resend IS 'published before, and to be sent once more: a replay';

CREATE UNIQUE INDEX oauth_outbox_sequence ON oauth_outbox (installation_id, sequence) WHERE NOT snapshot;

-- what the relay has to send, in its order
DROP INDEX oauth_outbox_unpublished;
CREATE INDEX oauth_outbox_due ON oauth_outbox (installation_id, snapshot DESC, sequence)
    WHERE published_at IS NULL OR resend;
-- what retention erases, and when the broker acknowledged last
CREATE INDEX oauth_outbox_published ON oauth_outbox (published_at) WHERE published_at IS NOT NULL;

ALTER TABLE oauth_outbox_relay
    ADD COLUMN trouble      VARCHAR(100),
    ADD COLUMN erased_until TIMESTAMPTZ;

COMMENT ON COLUMN oauth_outbox_relay.trouble IS 'why events wait, in a word; null while the broker answers';
COMMENT ON COLUMN oauth_outbox_relay.erased_until IS 'events that were published up to then may be gone';

-- The broker refuses an event: the later ones of its installation wait until an operator releases them.
CREATE TABLE oauth_outbox_parked (
    installation_id UUID PRIMARY KEY,
    event_id        UUID         NOT NULL,
    sequence        BIGINT       NOT NULL,
    error           VARCHAR(100) NOT NULL,
    parked_at       TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp()
);

-- What operators asked to send again, worked off by the relay installation by installation, by ascending id.
CREATE TABLE oauth_outbox_replays (
    id              UUID PRIMARY KEY,
    installation_id UUID,
    since           TIMESTAMPTZ  NOT NULL,
    requested_by    VARCHAR(255) NOT NULL,
    requested_at    TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    snapshots       BOOLEAN      NOT NULL,
    position        UUID         NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000'
);

COMMENT ON COLUMN oauth_outbox_replays.installation_id IS 'null: all';
COMMENT ON COLUMN oauth_outbox_replays.snapshots IS 'whether snapshots are still to be made; the events come after them';
COMMENT ON COLUMN oauth_outbox_replays.position IS 'the last installation that is done';
--rollback DROP TABLE oauth_outbox_replays, oauth_outbox_parked;
--rollback ALTER TABLE oauth_outbox_relay DROP COLUMN trouble, DROP COLUMN erased_until;
--rollback DELETE FROM oauth_outbox WHERE snapshot;
--rollback DROP INDEX oauth_outbox_published, oauth_outbox_due, oauth_outbox_sequence;
--rollback ALTER TABLE oauth_outbox DROP COLUMN snapshot, DROP COLUMN resend, ADD CONSTRAINT oauth_outbox_sequence UNIQUE (installation_id, sequence);
--rollback CREATE INDEX oauth_outbox_unpublished ON oauth_outbox (installation_id, sequence) WHERE published_at IS NULL;
