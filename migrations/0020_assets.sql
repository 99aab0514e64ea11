-- depends: 0015_github
-- Uploads, the pictures made of them, and what object storage still has to be told.

CREATE TABLE asset_uploads (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('avatar', 'background', 'thumbnail', 'favicon')),
    state text NOT NULL CHECK (state IN ('received', 'validating', 'stored', 'queued', 'rejected')),
    reason text NOT NULL DEFAULT '',           -- why it was rejected: a code of docs/problems.md
    reason_detail text NOT NULL DEFAULT '',    -- and a sentence
    file_name text NOT NULL CHECK (length(file_name) <= 120),  -- shown to its owner, used for nothing
    bytes_received bigint NOT NULL,
    digest bytea NOT NULL,                     -- sha256 of what was sent: the same content is kept once
    type_found text NOT NULL DEFAULT '',       -- by content: 'jpeg', 'png' ...
    width integer NOT NULL DEFAULT 0,          -- of the largest variant
    height integer NOT NULL DEFAULT 0,
    colour text NOT NULL DEFAULT '' CHECK (colour ~ '^(#[0-9a-f]{6})?$'),  -- the mean
    blur text NOT NULL DEFAULT '' CHECK (length(blur) <= 400),  -- a tiny WebP in base64
    created_at timestamptz NOT NULL,
    stored_at timestamptz,
    deleted_at timestamptz,                    -- removed after the grace: see assets/jobs.py
    published boolean NOT NULL DEFAULT false,  -- the profile's, repeated: a visitor's policy may not look into another table
    PRIMARY KEY (account_id, id)
);
-- Held by the profile's row being locked as well; two answers to one file would be two quotas.
CREATE UNIQUE INDEX asset_uploads_content ON asset_uploads (account_id, purpose, digest)
    WHERE state IN ('stored', 'queued');
CREATE INDEX asset_uploads_unfinished ON asset_uploads (created_at) WHERE state IN ('received', 'validating', 'rejected');
CREATE INDEX asset_uploads_deleted ON asset_uploads (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE asset_uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE asset_uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON asset_uploads TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY shown ON asset_uploads FOR SELECT TO nameplate_visitor
    USING (published AND state IN ('stored', 'queued') AND deleted_at IS NULL);
-- Of all tenants: what is to be removed, and what a killed process left half done.
CREATE POLICY to_sweep ON asset_uploads FOR SELECT TO nameplate_worker
    USING (deleted_at IS NOT NULL OR state IN ('received', 'validating', 'rejected'));
GRANT SELECT, INSERT, UPDATE, DELETE ON asset_uploads TO nameplate_web;
GRANT SELECT, UPDATE, DELETE ON asset_uploads TO nameplate_worker;
GRANT SELECT (account_id, id, purpose, state, width, height, colour, blur, deleted_at) ON asset_uploads TO nameplate_visitor;

-- One for each variant: an object in the store, or its bytes here while the store is away.
CREATE TABLE asset_objects (
    account_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,             -- 'x3Qf....avif': the object is a/{key}, and so is the address
    upload_id uuid NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    type text NOT NULL CHECK (type IN ('image/avif', 'image/webp', 'image/jpeg', 'image/png')),
    bytes bigint NOT NULL,
    pending bytea,                             -- null: in the store
    deleted_at timestamptz,                    -- the upload's, repeated: a policy may not look into another table
    published boolean NOT NULL DEFAULT false,  -- the profile's, likewise
    PRIMARY KEY (account_id, key),
    FOREIGN KEY (account_id, upload_id) REFERENCES asset_uploads ON DELETE CASCADE
);
ALTER TABLE asset_objects ALTER COLUMN pending SET STORAGE EXTERNAL;  -- compressed as it is
CREATE INDEX asset_objects_upload ON asset_objects (account_id, upload_id);
CREATE INDEX asset_objects_key ON asset_objects (key);  -- in the order in which stores list
CREATE INDEX asset_objects_pending ON asset_objects (account_id) WHERE pending IS NOT NULL;
ALTER TABLE asset_objects ENABLE ROW LEVEL SECURITY;
ALTER TABLE asset_objects FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON asset_objects TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY shown ON asset_objects FOR SELECT TO nameplate_visitor USING (published AND deleted_at IS NULL);
-- Who has the address of a picture may see it, on whatever page it is: nobody guesses one.
CREATE POLICY has_the_key ON asset_objects FOR SELECT TO nameplate_visitor
    USING (key = nullif(current_setting('app.claim', true), '') AND deleted_at IS NULL);
-- The worker compares the table with the store, and moves what waits; only for one account at a time does it change rows.
CREATE POLICY to_compare ON asset_objects FOR SELECT TO nameplate_worker USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON asset_objects TO nameplate_web;
GRANT SELECT, UPDATE, DELETE ON asset_objects TO nameplate_worker;
GRANT SELECT ON asset_objects TO nameplate_visitor;

-- How much waits for the store, over all accounts: the bound of all together. One row, counted anew by the worker.
CREATE TABLE asset_backlog (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    bytes bigint NOT NULL DEFAULT 0
);
INSERT INTO asset_backlog DEFAULT VALUES;
GRANT SELECT, UPDATE ON asset_backlog TO nameplate_web, nameplate_worker;

-- Objects nobody refers to any more. Added with the row's end, so that none is forgotten however long the store is away.
CREATE TABLE asset_removals (
    key text PRIMARY KEY,
    asked_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON asset_removals TO nameplate_worker;
