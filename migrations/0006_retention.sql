-- depends: 0005_jobs
-- Raw events go by whole months. What was counted from them is in the roll-ups and stays.

-- SECURITY DEFINER because only the schema's owner may drop tables; the caller may only name a month, and none that
-- is younger than anybody may choose: a wrong setting or clock of a worker takes nothing recent.
-- Waits briefly for whoever reads events, lest everybody else wait behind it.
CREATE FUNCTION drop_events_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    name text := format('events_%s', to_char(first, 'YYYYMM'));
BEGIN
    IF first IS NULL OR first >= date_trunc('month', now() AT TIME ZONE 'UTC') - interval '2 months' THEN
        RAISE EXCEPTION 'events of % are too young to be dropped', first USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_inherits
        WHERE inhparent = 'public.events'::regclass AND inhrelid = to_regclass('public.' || quote_ident(name))
    ) THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE public.%I', name);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION drop_events_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_events_partition(date) TO nameplate_worker;
