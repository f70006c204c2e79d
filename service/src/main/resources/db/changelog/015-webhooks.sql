--liquibase formatted sql

--changeset oauth-service:015-webhooks splitStatements:false
CREATE TABLE oauth_webhook_inbox (
    platform        VARCHAR(50)  NOT NULL,
    delivery_id     VARCHAR(64)  NOT NULL,
    subject         TEXT         NOT NULL,
    event           VARCHAR(64)  NOT NULL,
    report          VARCHAR(20)  NOT NULL,
    installations   TEXT[]       NOT NULL,
    of_organisation BOOLEAN      NOT NULL,
    of_every_user   BOOLEAN      NOT NULL,
    users           TEXT[]       NOT NULL,
    received_at     TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    attempts        INTEGER      NOT NULL DEFAULT 0,
    contradictions  INTEGER      NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMPTZ  NOT NULL DEFAULT clock_timestamp(),
    done_at         TIMESTAMPTZ,
    outcome         VARCHAR(20),
    PRIMARY KEY (platform, delivery_id)
);

COMMENT ON TABLE oauth_webhook_inbox IS 'webhooks of the platforms: which grants may have changed; kept for 8 days, so that a repeated delivery is recognised';
COMMENT ON COLUMN oauth_webhook_inbox.subject IS 'what the event is about; deliveries of one subject are processed together';
COMMENT ON COLUMN oauth_webhook_inbox.report IS 'what the event claims; the platform''s answer decides';
COMMENT ON COLUMN oauth_webhook_inbox.done_at IS 'null: still to be processed';

CREATE INDEX oauth_webhook_inbox_due ON oauth_webhook_inbox (platform, next_attempt_at) WHERE done_at IS NULL;
CREATE INDEX oauth_webhook_inbox_received ON oauth_webhook_inbox (received_at);
--rollback DROP TABLE oauth_webhook_inbox;
