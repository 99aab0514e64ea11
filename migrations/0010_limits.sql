-- depends: 0007_heat_vitals
-- RateLimitRecord: who asked how often, and who was refused. Web processes count, the consumer writes it down.

-- What an account did with the API. `address` is a keyed hash whose key is gone after a day; empty: not known.
CREATE TABLE rate_limit_records (
    account_id uuid NOT NULL,
    minute timestamptz NOT NULL,
    token_id uuid NOT NULL,                    -- 00000000-...: the dashboard, not a token
    address bytea NOT NULL,
    area text NOT NULL,                        -- first word of the path below /api/v1
    allowed integer NOT NULL,
    limited integer NOT NULL,
    PRIMARY KEY (account_id, minute, token_id, address, area)
);
CREATE INDEX rate_limit_records_minute ON rate_limit_records (minute);
ALTER TABLE rate_limit_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit_records FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON rate_limit_records TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- Retention. However it is called, nothing younger is removed by it.
CREATE POLICY old ON rate_limit_records TO nameplate_worker USING (minute < now() - interval '30 days');
CREATE POLICY loads ON rate_limit_records TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON rate_limit_records TO nameplate_web;
GRANT SELECT, DELETE ON rate_limit_records TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON rate_limit_records TO nameplate_consumer;

-- The same of people without an account, who have no tenant. An address is in it only when it was limited: visitors
-- who read pages and are counted there leave no trace here.
CREATE TABLE stranger_limit_records (
    minute timestamptz NOT NULL,
    address bytea NOT NULL,                    -- as above
    area text NOT NULL,
    allowed integer NOT NULL,
    limited integer NOT NULL,
    PRIMARY KEY (minute, address, area)
);
GRANT SELECT, DELETE ON stranger_limit_records TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON stranger_limit_records TO nameplate_consumer;
