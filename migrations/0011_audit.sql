-- depends: 0007_heat_vitals
-- What happened to an account, for its owner and the operator. Each account has a chain of entries: every entry's hash
-- covers the one before it, under a key that the database does not know (audit/chain.py).
--
-- Nobody may change an entry. The worker may remove old ones, and a chain whose account is closed.

-- Account 00000000-0000-0000-0000-000000000000 is the operator's chain: what belongs to no account.
CREATE TABLE audit_chains (
    account_id uuid PRIMARY KEY,
    seq bigint NOT NULL,                       -- of the newest entry
    hash bytea NOT NULL,
    anchor_seq bigint NOT NULL,                -- the newest entry that retention has removed; 0: none
    anchor_hash bytea NOT NULL,
    seal bytea NOT NULL,                       -- covers all of the above: without it the end could be cut off
    closed_at timestamptz                      -- with the account: from then on the worker may remove the chain
);
ALTER TABLE audit_chains ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_chains FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON audit_chains FOR ALL TO nameplate_web
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY adds ON audit_chains FOR INSERT TO nameplate_worker
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY moves ON audit_chains FOR UPDATE TO nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- Retention and `nameplate audit verify` go through all chains. A head says nothing about a person.
CREATE POLICY every_head ON audit_chains FOR SELECT TO nameplate_worker USING (true);
CREATE POLICY closed ON audit_chains FOR DELETE TO nameplate_worker
    USING (closed_at IS NOT NULL AND account_id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON audit_chains TO nameplate_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chains TO nameplate_worker;

CREATE TABLE security_audit_log (
    account_id uuid NOT NULL REFERENCES audit_chains ON DELETE CASCADE,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,                        -- see audit/kinds.py
    actor text NOT NULL CHECK (actor IN ('owner', 'token', 'stranger', 'operator', 'server')),
    network text NOT NULL,                     -- keyed hash of the address's /24 or /48; empty: none
    country text NOT NULL,
    device text NOT NULL,                      -- 'Firefox on Linux'
    request_id text NOT NULL,
    detail jsonb NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (account_id, seq)
);
CREATE INDEX security_audit_log_at ON security_audit_log (account_id, at);
ALTER TABLE security_audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE security_audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY reads ON security_audit_log FOR SELECT TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY adds ON security_audit_log FOR INSERT TO nameplate_web, nameplate_worker
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
-- Retention. However it is set, nothing that is younger than this is removed.
CREATE POLICY old ON security_audit_log FOR DELETE TO nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid AND at < now() - interval '30 days');
GRANT SELECT, INSERT ON security_audit_log TO nameplate_web;
GRANT SELECT, INSERT, DELETE ON security_audit_log TO nameplate_worker;
