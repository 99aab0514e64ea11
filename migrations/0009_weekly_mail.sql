-- depends: 0007_heat_vitals
-- Who wants the numbers of the week by mail. Without a row: nobody asked for it, so no mail.

CREATE TABLE weekly_mails (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    due_at timestamptz,                        -- when to look next; null: switched off
    done date NOT NULL,                        -- the Monday whose mail was put off last, or came before all of this
    sent date                                  -- the Monday whose mail was handed to the mail server, or was about to be
);
CREATE INDEX weekly_mails_due ON weekly_mails (due_at, account_id) WHERE due_at IS NOT NULL;
ALTER TABLE weekly_mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE weekly_mails FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON weekly_mails TO nameplate_web, nameplate_worker
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY due ON weekly_mails FOR SELECT TO nameplate_worker USING (due_at <= now());
GRANT SELECT, INSERT, UPDATE ON weekly_mails TO nameplate_web;
GRANT SELECT, UPDATE, DELETE ON weekly_mails TO nameplate_worker;
