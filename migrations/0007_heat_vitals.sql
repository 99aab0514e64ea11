-- depends: 0005_jobs
-- Where people tap and how fast the page was: roll-ups the consumer keeps in the transaction that counts the events.
-- Bots are in none of them, nor are visitors who asked not to be tracked: of those only the view is counted.

-- Views and taps by the size of the screen.
CREATE TABLE day_viewports (
    account_id uuid NOT NULL,
    day date NOT NULL,
    viewport smallint NOT NULL,                -- class, as in events; 0: not known
    views integer NOT NULL,
    taps integer NOT NULL,                     -- those whose place is known
    dead integer NOT NULL,                     -- of these, on nothing that does anything
    PRIMARY KEY (account_id, day, viewport)
) WITH (fillfactor = 50);
ALTER TABLE day_viewports ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_viewports FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_viewports TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON day_viewports TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON day_viewports TO nameplate_web;
GRANT SELECT, DELETE ON day_viewports TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON day_viewports TO nameplate_consumer;

-- The heatmap. The class of screen stands before the day, because one class is looked at at a time.
CREATE TABLE day_taps (
    account_id uuid NOT NULL,
    viewport smallint NOT NULL,
    day date NOT NULL,
    link_id uuid NOT NULL,                     -- all zeros: none
    element text NOT NULL,                     -- 'link': the link itself; else as in events
    cell smallint NOT NULL,                    -- 20 to a row from the top left; 40 rows on the background, 8 elsewhere
    taps integer NOT NULL,
    PRIMARY KEY (account_id, viewport, day, link_id, element, cell)
) WITH (fillfactor = 80);
ALTER TABLE day_taps ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_taps FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_taps TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON day_taps TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON day_taps TO nameplate_web;
GRANT SELECT, DELETE ON day_taps TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON day_taps TO nameplate_consumer;

-- How soon after the page was shown a link is tapped, and where on the page it stood then.
CREATE TABLE day_link_taps (
    account_id uuid NOT NULL,
    day date NOT NULL,
    link_id uuid NOT NULL,
    position smallint NOT NULL,                -- 1: the first link of the page; 0: not known
    bucket smallint NOT NULL,                  -- n: 1.2^(n-1) to 1.2^n ms; 0: at once; -1: not known
    taps integer NOT NULL,
    PRIMARY KEY (account_id, day, link_id, position, bucket)
) WITH (fillfactor = 70);
ALTER TABLE day_link_taps ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_link_taps FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_link_taps TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON day_link_taps TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON day_link_taps TO nameplate_web;
GRANT SELECT, DELETE ON day_link_taps TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON day_link_taps TO nameplate_consumer;

-- A histogram of each of the web vitals. The rating is part of the key, so that shares are exact.
CREATE TABLE day_vitals (
    account_id uuid NOT NULL,
    day date NOT NULL,
    device text NOT NULL,                      -- '': not known
    metric text NOT NULL,                      -- lcp, inp, cls, fcp, ttfb
    rating smallint NOT NULL,                  -- 0 good, 1 needs work, 2 poor
    bucket smallint NOT NULL,                  -- n: 1.05^(n-2) to 1.05^(n-1) ms, cls in ten-thousandths; 0: less than 1
    samples integer NOT NULL,
    PRIMARY KEY (account_id, day, device, metric, rating, bucket)
) WITH (fillfactor = 80);
ALTER TABLE day_vitals ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_vitals FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_vitals TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON day_vitals TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON day_vitals TO nameplate_web;
GRANT SELECT, DELETE ON day_vitals TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON day_vitals TO nameplate_consumer;
