-- depends: 0007_heat_vitals
-- What is known of repositories on GitHub, when it is asked for again, and who asked how often.
--
-- A repository has one row however many link it: public facts, nobody's data, so no account and no row-level security;
-- the grants are the guard. The row is also its place in the queue (docs/decisions/0027).

CREATE TABLE github_repositories (
    id uuid PRIMARY KEY,
    address text NOT NULL UNIQUE,              -- 'owner/name' in lower case, as GitHub calls it now
    full_name text NOT NULL,                   -- the same as GitHub writes it
    node_id text UNIQUE,                       -- GitHub's own id: survives renames and transfers
    etag text NOT NULL DEFAULT '',             -- of the last answer by REST
    description text NOT NULL DEFAULT '',
    homepage text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT '',
    language_colour text NOT NULL DEFAULT '',
    topics text[] NOT NULL DEFAULT '{}',
    licence text NOT NULL DEFAULT '',          -- SPDX id
    release text NOT NULL DEFAULT '',          -- tag of the latest one
    stars integer,
    forks integer,
    open_issues integer,                       -- null: not known (REST counts pull requests among them)
    archived boolean NOT NULL DEFAULT false,
    fork boolean NOT NULL DEFAULT false,
    template boolean NOT NULL DEFAULT false,
    pushed_at timestamptz,
    added_at timestamptz NOT NULL,
    changed_at timestamptz,                    -- when one of the facts above last changed
    synced_at timestamptz,                     -- last success
    due_at timestamptz,                        -- null: nobody wants it
    asked boolean NOT NULL DEFAULT false,      -- somebody waits in front of a screen
    interval_minutes integer NOT NULL,         -- the smallest anybody wants
    failures integer NOT NULL DEFAULT 0,       -- in a row
    misses integer NOT NULL DEFAULT 0,         -- in a row: GitHub says there is no such public repository
    gone_at timestamptz,                       -- believed after repeated misses
    lease_until timestamptz,                   -- a worker asks GitHub at this moment; ends by itself when it is killed
    lease_by uuid
);
CREATE INDEX github_repositories_due ON github_repositories (due_at) WHERE due_at IS NOT NULL;
GRANT SELECT ON github_repositories TO nameplate_web, nameplate_visitor;
-- A link may name a repository nobody has linked before, and its owner may ask for it now.
GRANT INSERT (id, address, full_name, added_at, due_at, asked, interval_minutes) ON github_repositories TO nameplate_web;
GRANT UPDATE (due_at, asked) ON github_repositories TO nameplate_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON github_repositories TO nameplate_worker;

ALTER TABLE links ADD COLUMN repository_id uuid;  -- of github_repositories; null: not on GitHub
GRANT UPDATE (repository_id) ON links TO nameplate_worker;

-- One for each link to a repository.
CREATE TABLE github_sync_jobs (
    account_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    link_id uuid NOT NULL,                     -- links are closed, not removed: no foreign key of its own
    repository_id uuid NOT NULL,
    interval_minutes integer NOT NULL CHECK (interval_minutes > 0),
    own_interval boolean NOT NULL DEFAULT false,  -- false: follows the account's
    paused boolean NOT NULL DEFAULT false,     -- by the owner
    closed boolean NOT NULL DEFAULT false,     -- the link is deleted; its settings wait for an undo
    active boolean NOT NULL GENERATED ALWAYS AS (NOT paused AND NOT closed) STORED,
    asked_at timestamptz,                      -- "sync now", so that it is not pressed all the time
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, link_id)
);
CREATE INDEX github_sync_jobs_repository ON github_sync_jobs (repository_id);
ALTER TABLE github_sync_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE github_sync_jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON github_sync_jobs TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- How often a repository is asked for depends on everybody who links it, and so does whose page changes with it.
CREATE POLICY who_follows ON github_sync_jobs FOR SELECT TO nameplate_worker USING (true);
CREATE POLICY public_address_for_worker ON handles FOR SELECT TO nameplate_worker USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON github_sync_jobs TO nameplate_web;
GRANT SELECT, UPDATE, DELETE ON github_sync_jobs TO nameplate_worker;

CREATE TABLE github_preferences (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    interval_minutes integer NOT NULL CHECK (interval_minutes > 0)
);
ALTER TABLE github_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE github_preferences FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON github_preferences TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON github_preferences TO nameplate_web;
GRANT SELECT, DELETE ON github_preferences TO nameplate_worker;

-- What became of each time a repository was asked for.
CREATE TABLE github_attempts (
    repository_id uuid NOT NULL,
    at timestamptz NOT NULL,
    outcome text NOT NULL,                     -- see github/sync/outcomes.py
    status smallint NOT NULL,                  -- of HTTP; 0: no answer
    cost real NOT NULL,                        -- its share of the points or requests the call cost
    ms integer NOT NULL,
    PRIMARY KEY (repository_id, at)
);
CREATE INDEX github_attempts_at ON github_attempts USING brin (at);
GRANT SELECT ON github_attempts TO nameplate_web;
GRANT SELECT, INSERT, DELETE ON github_attempts TO nameplate_worker;

CREATE TABLE github_stars (
    repository_id uuid NOT NULL,
    day date NOT NULL,                         -- UTC
    stars integer NOT NULL,
    PRIMARY KEY (repository_id, day)
);
GRANT SELECT ON github_stars TO nameplate_web, nameplate_visitor;
GRANT SELECT, INSERT, UPDATE, DELETE ON github_stars TO nameplate_worker;

-- The budget of each token, and who may use it now: one request at a time, over all workers. The token itself is not
-- here; `id` is a keyed hash of it. 'anonymous' stands for asking without one.
CREATE TABLE github_tokens (
    id text PRIMARY KEY,
    hint text NOT NULL,                        -- its last four characters, for the operator
    remaining integer,
    budget integer,
    reset_at timestamptz,
    not_before timestamptz NOT NULL DEFAULT 'epoch',
    bad text NOT NULL DEFAULT '',              -- why GitHub refuses it; not used again until the operator says so
    failures integer NOT NULL DEFAULT 0,       -- in a row
    batch integer NOT NULL DEFAULT 100,        -- repositories in a query: halved when GitHub finds one too heavy
    calls bigint NOT NULL DEFAULT 0,
    spent bigint NOT NULL DEFAULT 0,
    lease_until timestamptz,
    lease_by uuid
);
-- Web asks GitHub once when somebody starts from his profile there, and keeps to the same rules.
GRANT SELECT, INSERT (id, hint), UPDATE ON github_tokens TO nameplate_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON github_tokens TO nameplate_worker;

-- The circuit breaker all workers share: one row.
CREATE TABLE github_circuit (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    failures integer NOT NULL DEFAULT 0,
    rests_until timestamptz NOT NULL DEFAULT 'epoch'
);
INSERT INTO github_circuit DEFAULT VALUES;
GRANT SELECT ON github_circuit TO nameplate_web;
GRANT SELECT, UPDATE ON github_circuit TO nameplate_worker;
