--liquibase formatted sql

--changeset oauth-service:014-flow-results splitStatements:false
CREATE TABLE oauth_flow_results (
    state           VARCHAR(64) PRIMARY KEY,
    platform        VARCHAR(50) NOT NULL,
    browser_binding VARCHAR(64) NOT NULL,
    result          TEXT,
    expires_at      TIMESTAMPTZ NOT NULL
);

COMMENT ON TABLE oauth_flow_results IS 'what browsers saw at the end of their flows, for those that repeat the callback; kept for two minutes';
COMMENT ON COLUMN oauth_flow_results.state IS 'SHA-256 of the state, in hex';
COMMENT ON COLUMN oauth_flow_results.result IS 'null: the flow is under way';

CREATE INDEX oauth_flow_results_expiry ON oauth_flow_results (expires_at);
--rollback DROP TABLE oauth_flow_results;
