--liquibase formatted sql

--changeset oauth-service:003-outbox splitStatements:false
CREATE TABLE oauth_outbox (
    id              UUID PRIMARY KEY,
    installation_id UUID        NOT NULL,
    sequence        BIGINT      NOT NULL,
    type            VARCHAR(100) NOT NULL,
    data            JSONB       NOT NULL,
    occurred_at     TIMESTAMPTZ NOT NULL,
    published_at    TIMESTAMPTZ,
    CONSTRAINT oauth_outbox_sequence UNIQUE (installation_id, sequence)
);

COMMENT ON COLUMN oauth_outbox.id IS 'the ce_id that consumers deduplicate by';

CREATE INDEX oauth_outbox_unpublished ON oauth_outbox (installation_id, sequence) WHERE published_at IS NULL;

-- One relay at a time. The epoch rises with every change of hands and is checked when rows are marked.
CREATE TABLE oauth_outbox_relay (
    one         BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
    owner       VARCHAR(100),
    epoch       BIGINT      NOT NULL DEFAULT 0,
    lease_until TIMESTAMPTZ NOT NULL DEFAULT '-infinity'
);

INSERT INTO oauth_outbox_relay DEFAULT VALUES;
--rollback DROP TABLE oauth_outbox_relay, oauth_outbox;
