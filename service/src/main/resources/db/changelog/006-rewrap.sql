--liquibase formatted sql

--changeset oauth-service:006-rewrap splitStatements:false
-- One re-wrap at a time, by whichever replica has the lease. The run rises with every start; what is not at the end is
-- gone on with at at_column and after_row.
CREATE TABLE oauth_rewrap (
    one          BOOLEAN PRIMARY KEY DEFAULT true CHECK (one),
    run          BIGINT       NOT NULL DEFAULT 0,
    requested_by VARCHAR(255),
    target       VARCHAR(255),
    started_at   TIMESTAMPTZ,
    finished_at  TIMESTAMPTZ,
    at_column    VARCHAR(200),
    after_row    UUID,
    rewrapped    BIGINT       NOT NULL DEFAULT 0,
    passed_over  BIGINT       NOT NULL DEFAULT 0,
    unreadable   BIGINT       NOT NULL DEFAULT 0,
    owner        VARCHAR(100),
    lease_until  TIMESTAMPTZ  NOT NULL DEFAULT '-infinity'
);

COMMENT ON COLUMN oauth_rewrap.target IS 'what the replica that was asked encrypts with; one that encrypts with something else leaves it alone';
COMMENT ON COLUMN oauth_rewrap.passed_over IS 'in the present pass: locked or changed meanwhile; there is another pass as long as there are any';

INSERT INTO oauth_rewrap DEFAULT VALUES;
--rollback DROP TABLE oauth_rewrap;
