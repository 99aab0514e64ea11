-- Roles, and the one call by which a transaction enters its tenant.
--
-- Roles belong to the cluster, not to one database, so each is made only once. Passwords are set by
-- `nameplate migrate`, from the secret key. No role here owns a table, is superuser or has BYPASSRLS.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['nameplate_web', 'nameplate_visitor', 'nameplate_worker', 'nameplate_consumer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT', name);
        END IF;
    END LOOP;
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;

-- The consumer stages a batch in a temporary table: PostgreSQL refuses COPY FROM into a table under RLS.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO nameplate_web, nameplate_visitor, nameplate_worker, nameplate_consumer', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO nameplate_consumer', current_database());
END
$$;

GRANT USAGE ON SCHEMA public TO nameplate_web, nameplate_visitor, nameplate_worker, nameplate_consumer;

-- SET LOCAL by EXECUTE, unlike set_config(), also reaches Citus workers. Ends with the transaction.
CREATE FUNCTION enter_account(account uuid) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog AS $$
BEGIN
    IF account IS NULL THEN
        RAISE EXCEPTION 'enter_account() needs an account' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    EXECUTE format('SET LOCAL app.account_id = %L', account);
    -- Whatever somebody may have set for the whole session does not count either.
    EXECUTE 'SET LOCAL app.claim = ''''';
END
$$;

-- Who knows an e-mail address or a provider's subject may see the row that says whose it is: used before log-in.
CREATE FUNCTION enter_claim(claim text) RETURNS void
LANGUAGE plpgsql SECURITY INVOKER SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('SET LOCAL app.claim = %L', claim);
END
$$;

REVOKE ALL ON FUNCTION enter_account(uuid), enter_claim(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enter_account(uuid) TO nameplate_web, nameplate_worker;
GRANT EXECUTE ON FUNCTION enter_claim(text) TO nameplate_web, nameplate_worker;
