-- depends: 0001_roles
-- Accounts, how they prove who they are, and the two things that are unique across tenants: e-mail and handle.

CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    email_verified_at timestamptz,
    password_hash text,                        -- null: only logs in with GitHub
    created_at timestamptz NOT NULL,
    closed_at timestamptz                      -- set by the owner; the purge job removes everything behind it
);
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON accounts TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON accounts TO nameplate_web;
-- So that a purge whose job got lost is found and begun again.
CREATE POLICY closed ON accounts FOR SELECT TO nameplate_worker USING (closed_at IS NOT NULL);
GRANT SELECT, UPDATE, DELETE ON accounts TO nameplate_worker;

-- Global: which accounts say an e-mail address is theirs. Any number may claim it, one may have verified it:
-- so neither sign-up nor a changed address tells a stranger whether it is registered.
CREATE TABLE email_claims (
    email text NOT NULL,
    account_id uuid NOT NULL,
    verified boolean NOT NULL DEFAULT false,
    claimed_at timestamptz NOT NULL,
    PRIMARY KEY (email, account_id)
);
CREATE UNIQUE INDEX email_claims_verified ON email_claims (email) WHERE verified;
ALTER TABLE email_claims ENABLE ROW LEVEL SECURITY;
ALTER TABLE email_claims FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON email_claims TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- The web process asks before log-in, the worker before it writes to the address.
CREATE POLICY knows_the_address ON email_claims FOR SELECT TO nameplate_web, nameplate_worker
    USING (email = nullif(current_setting('app.claim', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON email_claims TO nameplate_web;
GRANT SELECT, DELETE ON email_claims TO nameplate_worker;

-- Global: who logs in with which provider.
CREATE TABLE oauth_identities (
    subject text PRIMARY KEY,                  -- 'github:583231'
    account_id uuid NOT NULL,
    login text NOT NULL,
    linked_at timestamptz NOT NULL
);
CREATE INDEX oauth_identities_account ON oauth_identities (account_id);
ALTER TABLE oauth_identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE oauth_identities FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON oauth_identities TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY knows_the_subject ON oauth_identities FOR SELECT TO nameplate_web
    USING (subject = nullif(current_setting('app.claim', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON oauth_identities TO nameplate_web;
GRANT SELECT, DELETE ON oauth_identities TO nameplate_worker;

-- Global: every handle in use. Two handles that look alike share a skeleton (see profiles/handles.py), so the
-- second cannot be taken. A renamed handle stays with its account (current = false) and redirects.
CREATE TABLE handles (
    skeleton text PRIMARY KEY,
    handle text NOT NULL CHECK (handle ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(handle) BETWEEN 3 AND 30),
    account_id uuid NOT NULL,
    current boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL
);
CREATE INDEX handles_account ON handles (account_id);
ALTER TABLE handles ENABLE ROW LEVEL SECURITY;
ALTER TABLE handles FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON handles TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- A handle is a public address: anyone may see that it is taken, and the page is found by it.
CREATE POLICY public_address ON handles FOR SELECT TO nameplate_web, nameplate_visitor USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON handles TO nameplate_web;
GRANT SELECT ON handles TO nameplate_visitor;
GRANT SELECT, DELETE ON handles TO nameplate_worker;

-- The cookie names its account and proves it with a random secret of which only the hash is kept.
CREATE TABLE sessions (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    secret_hash bytea NOT NULL,                -- sha256 of 256 random bits
    device text NOT NULL,                      -- 'Firefox on Linux'
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,           -- when idle or too old, see accounts/access/sessions.py
    PRIMARY KEY (account_id, id)
);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON sessions TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY expired ON sessions TO nameplate_worker USING (expires_at < now());
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO nameplate_web;
GRANT SELECT, DELETE ON sessions TO nameplate_worker;

CREATE TABLE api_tokens (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    used_at timestamptz,                       -- to the hour, so that a busy token does not write on every call
    PRIMARY KEY (account_id, id)
);
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_tokens TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON api_tokens TO nameplate_web;
GRANT SELECT, DELETE ON api_tokens TO nameplate_worker;

-- One-time proofs sent by mail (verify an address, reset a password). The worker makes them when it sends the
-- mail, so neither a job's arguments nor a request ever holds the secret.
CREATE TABLE mail_proofs (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('verify', 'reset')),
    email text NOT NULL,
    secret_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, id)
);
ALTER TABLE mail_proofs ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_proofs FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mail_proofs TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- Not for INSERT and UPDATE: the worker makes proofs for the tenant it has entered only.
CREATE POLICY expired ON mail_proofs FOR SELECT TO nameplate_worker USING (expires_at < now());
CREATE POLICY expired_away ON mail_proofs FOR DELETE TO nameplate_worker USING (expires_at < now());
GRANT SELECT, UPDATE, DELETE ON mail_proofs TO nameplate_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON mail_proofs TO nameplate_worker;
