-- depends: 0007_heat_vitals
-- What the owner writes beside the numbers, and who else may see them.

-- "launched 2.0", shown at its day.
CREATE TABLE annotations (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    day date NOT NULL,                         -- the owner's
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE INDEX annotations_day ON annotations (account_id, day);
ALTER TABLE annotations ENABLE ROW LEVEL SECURITY;
ALTER TABLE annotations FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON annotations TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON annotations TO nameplate_web;
GRANT SELECT, DELETE ON annotations TO nameplate_worker;

-- A link under which anyone who has it reads the statistics. It names its account and proves itself like a token.
CREATE TABLE statistics_shares (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) <= 80),
    secret_hash bytea NOT NULL,                -- sha256 of 256 random bits
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz,                       -- to the hour, so that looking does not write
    PRIMARY KEY (account_id, id)
);
ALTER TABLE statistics_shares ENABLE ROW LEVEL SECURITY;
ALTER TABLE statistics_shares FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON statistics_shares TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON statistics_shares TO nameplate_web;
GRANT SELECT, DELETE ON statistics_shares TO nameplate_worker;
