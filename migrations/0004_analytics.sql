-- depends: 0003_profiles_links
-- Events as they came, and the roll-ups the dashboard reads. No column here can hold an IP address.

-- AnalyticsEventExtended. Partitioned by month; the worker makes partitions ahead, retention drops them.
-- Columns stand in the order of their alignment, and what is mostly absent is null: a row with its index stays under
-- 250 bytes.
CREATE TABLE events (
    account_id uuid NOT NULL,
    at timestamptz NOT NULL,                   -- the server's time
    id bigint NOT NULL,                        -- 63 random bits
    visitor bigint,                            -- keyed hash, 63 bits; null: anonymous on the visitor's wish
    day date NOT NULL,                         -- the owner's day, fixed when it was counted
    tap_x real,                                -- position within the element, 0 to 1
    tap_y real,
    ttfb real,                                 -- ms
    fcp real,                                  -- ms
    lcp real,                                  -- ms
    inp real,                                  -- ms
    cls real,
    ms integer,                                -- tap: since the page was shown
    position smallint,                         -- tap: the link's place on the page then, 1 is the first
    viewport smallint,                         -- class: upper bound of the width in CSS px (480, 768, 1024, 1440, 32767)
    link_id uuid,                              -- click, tap
    kind text NOT NULL CHECK (kind IN ('view', 'click', 'tap', 'vitals')),
    country text,                              -- ISO 3166-1 alpha-2
    region text,
    city text,
    device text,                               -- phone, tablet, desktop, tv, other
    browser text,
    browser_version text,
    os text,
    os_version text,
    language text,                             -- 'de', 'pt-BR'
    referrer text,                             -- grouped source: 'Google', 'Hacker News', 'example.org'; null: direct
    referrer_path text,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    utm_term text,
    utm_content text,
    connection text,                           -- '4g', '3g', ...
    element text,                              -- tap: part of the page ('avatar', 'bio'; '' its background); null: the link
    bot text,                                  -- why it is not counted as a person; null: a person
    PRIMARY KEY (account_id, at, id)
) PARTITION BY RANGE (at);
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON events TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON events TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON events TO nameplate_web;
GRANT SELECT, DELETE ON events TO nameplate_worker;
GRANT SELECT, INSERT ON events TO nameplate_consumer;

-- A partition is a table of its own: without its own row-level security it would be a way around that of the parent.
-- SECURITY DEFINER because only the schema's owner may create tables; the caller may only name a month.
-- ATTACH waits for nobody who reads or writes events, which PARTITION OF would.
CREATE FUNCTION make_events_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := format('events_%s', to_char(first, 'YYYYMM'));
BEGIN
    IF first < date '2015-01-01' OR first > current_date + 400 THEN
        RAISE EXCEPTION 'no partition for %', first USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('make_events_partition'));
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.events INCLUDING ALL)', name);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE public.events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        name, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION make_events_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_events_partition(date) TO nameplate_worker, nameplate_consumer;

-- One row per visitor and day: what makes uniques exact, and what filtered questions are asked of.
-- The dimensions are those of the visitor's first view or click of the day; first_at and first_id say which that
-- was, so that an event which arrives late still comes first.
-- folded_*: what the row had when the day was folded last while it lasted. `unfolded` is true of every row that has
-- changed since; only the first change after a fold touches the index of these.
CREATE TABLE visitor_days (
    account_id uuid NOT NULL,
    first_at timestamptz NOT NULL,
    first_id bigint NOT NULL,
    visitor bigint NOT NULL,                   -- negative: not a visitor but the anonymous events of one source
    day date NOT NULL,
    views integer NOT NULL,
    clicks integer NOT NULL,
    folded_views integer NOT NULL DEFAULT 0,
    folded_clicks integer NOT NULL DEFAULT 0,
    unfolded boolean NOT NULL DEFAULT true,
    country text,
    region text,
    city text,
    device text,
    browser text,
    os text,
    language text,
    referrer text,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    PRIMARY KEY (account_id, day, visitor)
) WITH (fillfactor = 90);
CREATE INDEX visitor_days_unfolded ON visitor_days (account_id, day) WHERE unfolded;
ALTER TABLE visitor_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE visitor_days FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON visitor_days TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON visitor_days TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON visitor_days TO nameplate_web;
GRANT SELECT, DELETE, UPDATE (folded_views, folded_clicks, unfolded) ON visitor_days TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON visitor_days TO nameplate_consumer;

CREATE TABLE daily_totals (
    account_id uuid NOT NULL,
    day date NOT NULL,
    views integer NOT NULL,
    visitors integer NOT NULL,
    clicks integer NOT NULL,
    bots integer NOT NULL,                     -- views and clicks that were not by people; in no other column
    version integer NOT NULL DEFAULT 1,        -- batches that touched the day
    dirty boolean NOT NULL DEFAULT true,       -- day_pairs and day_packs do not say what visitor_days says
    moves integer NOT NULL DEFAULT 0,          -- facts whose first event turned out to be another one
    folds integer NOT NULL DEFAULT 0,          -- how often the day was folded; and as it was then:
    folded_events integer NOT NULL DEFAULT 0,  -- views and clicks
    folded_moves integer DEFAULT 0,            -- null: folded when it was over, without keeping folded_* of the facts
    PRIMARY KEY (account_id, day)
) WITH (fillfactor = 50);                      -- updated with every batch: room to do it in place
CREATE INDEX daily_totals_dirty ON daily_totals (day, account_id) WHERE dirty;
ALTER TABLE daily_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_totals FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON daily_totals TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY to_fold ON daily_totals FOR SELECT TO nameplate_worker USING (dirty);
CREATE POLICY loads ON daily_totals TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON daily_totals TO nameplate_web;
GRANT SELECT, DELETE, UPDATE (dirty, folds, folded_events, folded_moves) ON daily_totals TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON daily_totals TO nameplate_consumer;

-- Quarters of an hour: the hours of every time zone are made of them, so none needs to be known to count.
CREATE TABLE quarter_totals (
    account_id uuid NOT NULL,
    day date NOT NULL,
    at timestamptz NOT NULL,                   -- its beginning
    views integer NOT NULL,
    visitors integer NOT NULL,                 -- who was first seen that day in that quarter
    clicks integer NOT NULL,
    PRIMARY KEY (account_id, day, at)
) WITH (fillfactor = 50);
ALTER TABLE quarter_totals ENABLE ROW LEVEL SECURITY;
ALTER TABLE quarter_totals FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON quarter_totals TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON quarter_totals TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON quarter_totals TO nameplate_web;
GRANT SELECT, DELETE ON quarter_totals TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON quarter_totals TO nameplate_consumer;

-- What visitor_days adds up to for each value of each dimension. Rows of zeros are values an earlier event took away.
CREATE TABLE day_values (
    account_id uuid NOT NULL,
    day date NOT NULL,
    dimension smallint NOT NULL,               -- its place in nameplate.analytics.dimensions, from 1
    value text NOT NULL,                       -- empty: not known
    views integer NOT NULL,
    visitors integer NOT NULL,
    clicks integer NOT NULL,
    PRIMARY KEY (account_id, day, dimension, value)
) WITH (fillfactor = 70);
ALTER TABLE day_values ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_values FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_values TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON day_values TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON day_values TO nameplate_web;
GRANT SELECT, DELETE ON day_values TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON day_values TO nameplate_consumer;

-- Views and clicks that were not by people, those that look alike together.
CREATE TABLE bot_days (
    account_id uuid NOT NULL,
    day date NOT NULL,
    look bigint NOT NULL,                      -- hash of what follows up to utm_campaign
    bot text NOT NULL,                         -- the reason
    link_id uuid,
    country text,
    region text,
    city text,
    device text,
    browser text,
    os text,
    language text,
    referrer text,
    utm_source text,
    utm_medium text,
    utm_campaign text,
    views integer NOT NULL,
    clicks integer NOT NULL,
    PRIMARY KEY (account_id, day, look)
) WITH (fillfactor = 80);
ALTER TABLE bot_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_days FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bot_days TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON bot_days TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON bot_days TO nameplate_web;
GRANT SELECT, DELETE ON bot_days TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON bot_days TO nameplate_consumer;

CREATE TABLE daily_bots (
    account_id uuid NOT NULL,
    day date NOT NULL,
    bot text NOT NULL,
    views integer NOT NULL,
    clicks integer NOT NULL,
    PRIMARY KEY (account_id, day, bot)
) WITH (fillfactor = 70);
ALTER TABLE daily_bots ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_bots FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON daily_bots TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON daily_bots TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON daily_bots TO nameplate_web;
GRANT SELECT, DELETE ON daily_bots TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON daily_bots TO nameplate_consumer;

-- Days that are over are folded from visitor_days once, and again after a late event; a day that lasts is folded every
-- so often. A folded day is all there is to know while its row in daily_totals is not dirty. Together with what changed
-- in the facts since (`unfolded`) it is as long as no fact moved since, which is moves = folded_moves. Otherwise
-- questions are asked of all facts of the day.

-- For one filter: everything about those of whom it is true.
CREATE TABLE day_pairs (
    account_id uuid NOT NULL,
    day date NOT NULL,
    dimension smallint NOT NULL,               -- as in day_values; 12: the link clicked
    value text NOT NULL,
    views integer NOT NULL,
    visitors integer NOT NULL,
    clicks integer NOT NULL,
    others bytea NOT NULL,                     -- the values of every other dimension: nameplate.analytics.folding.pairs
    PRIMARY KEY (account_id, day, dimension, value)
);
ALTER TABLE day_pairs ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_pairs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_pairs TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT ON day_pairs TO nameplate_web;
GRANT SELECT, INSERT, DELETE ON day_pairs TO nameplate_worker;

-- For any combination of filters: visitor_days as columns, those who look alike in one row.
CREATE TABLE day_packs (
    account_id uuid NOT NULL,
    day date NOT NULL,
    part smallint NOT NULL,                    -- a dimension; 0: the sums; 12: the links clicked
    data bytea NOT NULL,                       -- a column of numbers and what they stand for: ...folding.pack
    PRIMARY KEY (account_id, day, part)
);
ALTER TABLE day_packs ALTER data SET STORAGE EXTERNAL;
ALTER TABLE day_packs ENABLE ROW LEVEL SECURITY;
ALTER TABLE day_packs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON day_packs TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT ON day_packs TO nameplate_web;
GRANT SELECT, INSERT, DELETE ON day_packs TO nameplate_worker;

CREATE TABLE daily_links (
    account_id uuid NOT NULL,
    day date NOT NULL,
    link_id uuid NOT NULL,
    clicks integer NOT NULL,
    visitors integer NOT NULL,                 -- distinct visitors who clicked it that day
    PRIMARY KEY (account_id, day, link_id)
) WITH (fillfactor = 70);
ALTER TABLE daily_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_links FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON daily_links TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON daily_links TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON daily_links TO nameplate_web;
GRANT SELECT, DELETE ON daily_links TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON daily_links TO nameplate_consumer;

-- Who clicked what on which day, so that a link's visitors are distinct. A negative visitor is as in visitor_days.
CREATE TABLE visitor_link_days (
    account_id uuid NOT NULL,
    day date NOT NULL,
    link_id uuid NOT NULL,
    visitor bigint NOT NULL,
    clicks integer NOT NULL,
    folded_clicks integer NOT NULL DEFAULT 0,  -- as in visitor_days
    PRIMARY KEY (account_id, day, visitor, link_id)
);
ALTER TABLE visitor_link_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE visitor_link_days FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON visitor_link_days TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY loads ON visitor_link_days TO nameplate_consumer USING (true) WITH CHECK (true);
GRANT SELECT ON visitor_link_days TO nameplate_web;
GRANT SELECT, DELETE, UPDATE (folded_clicks) ON visitor_link_days TO nameplate_worker;
GRANT SELECT, INSERT, UPDATE ON visitor_link_days TO nameplate_consumer;

-- How far each partition of the stream is in the tables above, moved in the same transaction as they are.
-- `generation` is a random word kept in Valkey: a Valkey that lost its data starts again from 0.
CREATE TABLE stream_offsets (
    stream text PRIMARY KEY,
    generation text NOT NULL,
    last_id text NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON stream_offsets TO nameplate_consumer;

-- Batches already counted. A batch whose answer from Valkey got lost is written here directly and may also
-- arrive by the stream: whoever is second finds it here. A batch that came by the stream is remembered for an hour
-- (a direct write follows within seconds), one written directly for a week (the stream may be read that late).
CREATE TABLE counted_batches (
    batch_id uuid PRIMARY KEY,
    forget_at timestamptz NOT NULL
);
CREATE INDEX counted_batches_age ON counted_batches (forget_at);
GRANT SELECT, INSERT ON counted_batches TO nameplate_consumer;
GRANT SELECT, DELETE ON counted_batches TO nameplate_worker;

-- The random keys of the visitor hash. Unlogged: a key is never in the write-ahead log or in a backup, and gone
-- means gone. `side` splits the world at UTC, so that a key serves one owner's day everywhere and still lives
-- less than 48 hours.
CREATE UNLOGGED TABLE visitor_keys (
    day date NOT NULL,
    side text NOT NULL CHECK (side IN ('east', 'west')),
    key bytea NOT NULL,
    PRIMARY KEY (day, side)
);
GRANT SELECT, INSERT ON visitor_keys TO nameplate_visitor;
-- MAINTAIN: after deleting a key the worker rewrites the table, so that no page of the file holds it any more.
GRANT SELECT, DELETE, MAINTAIN ON visitor_keys TO nameplate_worker;
