-- depends: 0002_accounts
-- What a page says.

CREATE TABLE profiles (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    handle text NOT NULL,
    display_name text NOT NULL DEFAULT '' CHECK (length(display_name) <= 80),
    bio text NOT NULL DEFAULT '' CHECK (length(bio) <= 400),
    theme text NOT NULL DEFAULT 'paper',
    timezone text NOT NULL DEFAULT 'UTC',
    published boolean NOT NULL DEFAULT true,
    count_own_visits boolean NOT NULL DEFAULT false,
    privacy_signals text NOT NULL DEFAULT 'anonymous' CHECK (privacy_signals IN ('anonymous', 'ignore-visit')),
    version integer NOT NULL DEFAULT 1,        -- the ETag of the profile
    links_version integer NOT NULL DEFAULT 1,  -- the ETag of the list of links and its order
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON profiles TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY published ON profiles FOR SELECT TO nameplate_visitor USING (published);
-- The consumer needs to know whose day it is, nothing else of a profile.
CREATE POLICY whose_day ON profiles FOR SELECT TO nameplate_consumer USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON profiles TO nameplate_web;
GRANT SELECT, DELETE ON profiles TO nameplate_worker;
GRANT SELECT (account_id, handle, display_name, bio, theme, timezone, published, count_own_visits, privacy_signals, version, links_version, updated_at)
    ON profiles TO nameplate_visitor;
GRANT SELECT (account_id, timezone) ON profiles TO nameplate_consumer;

CREATE TABLE links (
    account_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    id uuid NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) <= 60),
    kind text NOT NULL CHECK (kind IN ('website', 'social', 'project', 'email', 'file')),
    icon text NOT NULL DEFAULT '',             -- the brand's name in the icon set, or empty
    visible boolean NOT NULL DEFAULT true,
    pinned boolean NOT NULL DEFAULT false,
    position integer NOT NULL,
    published boolean NOT NULL,                -- the profile's, repeated: a visitor's policy may not look into another table
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,                    -- closed, not removed: clicks of the past point here, and delete can be undone
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX links_slug ON links (account_id, slug) WHERE deleted_at IS NULL;
ALTER TABLE links ENABLE ROW LEVEL SECURITY;
ALTER TABLE links FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON links TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY on_a_page ON links FOR SELECT TO nameplate_visitor
    USING (published AND visible AND deleted_at IS NULL);
GRANT SELECT, INSERT, UPDATE ON links TO nameplate_web;
GRANT SELECT, DELETE ON links TO nameplate_worker;
GRANT SELECT ON links TO nameplate_visitor;
