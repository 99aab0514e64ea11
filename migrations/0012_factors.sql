-- depends: 0011_audit
-- The second step of a log-in, and when a session last proved who it is.

ALTER TABLE sessions ADD COLUMN proven_at timestamptz;  -- null: not since it began to be asked

CREATE TABLE totp_factors (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    secret bytea NOT NULL,                     -- sealed with a key the database does not know, see accounts/factors/totp.py
    last_step bigint NOT NULL,                 -- of the newest code taken: none is taken twice
    created_at timestamptz NOT NULL,
    confirmed_at timestamptz                   -- null: shown, but no code of it was typed yet
);
ALTER TABLE totp_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE totp_factors FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON totp_factors TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON totp_factors TO nameplate_web;
GRANT SELECT (account_id), DELETE ON totp_factors TO nameplate_worker;

CREATE TABLE passkeys (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,                 -- COSE
    sign_count bigint NOT NULL,                -- stays 0 for passkeys that are synchronised
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    synced boolean NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, credential_id)
);
ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON passkeys TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO nameplate_web;
GRANT SELECT, DELETE ON passkeys TO nameplate_worker;

CREATE TABLE recovery_codes (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    secret_hash bytea NOT NULL,                -- keyed
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, secret_hash)      -- removed when it is used
);
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON recovery_codes TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON recovery_codes TO nameplate_web;
GRANT SELECT, DELETE ON recovery_codes TO nameplate_worker;

-- Who has done the first step of a log-in and not the second.
CREATE TABLE log_in_tickets (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    method text NOT NULL CHECK (method IN ('password', 'github')),
    tries smallint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, id)
);
ALTER TABLE log_in_tickets ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_in_tickets FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON log_in_tickets TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY expired ON log_in_tickets TO nameplate_worker USING (expires_at < now());
GRANT SELECT, INSERT, UPDATE ON log_in_tickets TO nameplate_web;
GRANT SELECT, DELETE ON log_in_tickets TO nameplate_worker;

-- Challenges that a passkey has answered: none is answered twice.
CREATE TABLE spent_challenges (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    challenge_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, challenge_hash)
);
ALTER TABLE spent_challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE spent_challenges FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON spent_challenges TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY expired ON spent_challenges TO nameplate_worker USING (expires_at < now());
GRANT SELECT, INSERT ON spent_challenges TO nameplate_web;
GRANT SELECT, DELETE ON spent_challenges TO nameplate_worker;
