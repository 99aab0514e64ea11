-- depends: 0015_github
-- Owners' own GitHub tokens, and what became of a repository since: whom was told that it is gone, for which push its
-- release was asked for, and which ones are the demo's.

-- One for each owner who wants his own GitHub account to keep his projects current. Its budget is in github_tokens.
CREATE TABLE github_credentials (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    token_id text NOT NULL,                    -- of github_tokens: a keyed hash of the token
    source text NOT NULL CHECK (source IN ('login', 'pasted')),
    login text NOT NULL,                       -- whose it is, as GitHub says
    secret bytea NOT NULL,                     -- sealed with a key the database does not know, see github/tokens.py
    added_at timestamptz NOT NULL,
    refused_at timestamptz                     -- GitHub does not take it any more; its owner was told
);
CREATE INDEX github_credentials_token ON github_credentials (token_id);
ALTER TABLE github_credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE github_credentials FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON github_credentials TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- Whoever asks GitHub looks for owners whose repositories are due.
CREATE POLICY who_asks ON github_credentials FOR SELECT TO nameplate_worker USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON github_credentials TO nameplate_web;
GRANT SELECT, UPDATE (refused_at), DELETE ON github_credentials TO nameplate_worker;

ALTER TABLE github_sync_jobs ADD COLUMN told_gone_at timestamptz;  -- when its owner was mailed that it is gone
ALTER TABLE github_repositories
    ADD COLUMN release_for timestamptz,        -- by REST, the release is asked for once after each push: after this one
    ADD COLUMN made_up boolean NOT NULL DEFAULT false;  -- the demo's: GitHub does not know it and is never asked
