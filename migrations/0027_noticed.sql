-- depends: 0015_github
-- What the page noticed (taps, views by size of screen, web vitals) of days that are over, by who it was of: for
-- questions with filters, which would otherwise read every raw event.

CREATE TABLE noticed_days (
    account_id uuid NOT NULL,
    day date NOT NULL,
    events integer NOT NULL,                   -- of every kind, bots too
    first_at timestamptz NOT NULL,             -- between these they happened, whatever the owner's time zone was
    last_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,        -- batches that touched the day
    dirty boolean NOT NULL DEFAULT true,       -- noticed_packs do not say what the raw events say
    PRIMARY KEY (account_id, day)
) WITH (fillfactor = 50);                      -- updated with every batch: room to do it in place
CREATE INDEX noticed_days_dirty ON noticed_days (day, account_id) WHERE dirty;
ALTER TABLE noticed_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE noticed_days FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON noticed_days TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY to_fold ON noticed_days FOR SELECT TO nameplate_worker USING (dirty);
CREATE POLICY loads ON noticed_days TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON noticed_days TO nameplate_web;
GRANT SELECT, DELETE, UPDATE (dirty) ON noticed_days TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON noticed_days TO nameplate_consumer;

CREATE TABLE noticed_packs (
    account_id uuid NOT NULL,
    day date NOT NULL,
    part smallint NOT NULL,                    -- nameplate.analytics.noticed.pack
    data bytea NOT NULL,
    PRIMARY KEY (account_id, day, part)
);
ALTER TABLE noticed_packs ALTER data SET STORAGE EXTERNAL;
ALTER TABLE noticed_packs ENABLE ROW LEVEL SECURITY;
ALTER TABLE noticed_packs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON noticed_packs TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT ON noticed_packs TO nameplate_web;
GRANT SELECT, INSERT, DELETE ON noticed_packs TO nameplate_worker;
