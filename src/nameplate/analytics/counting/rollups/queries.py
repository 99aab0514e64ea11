"""The statements that add a staged batch to the roll-ups.

Counting is set by set. Every statement takes its rows in the order of their key and the statements always come in
the same order, so that two transactions that count the same account wait for each other and never deadlock.
"""
# ruff: noqa: S608  (literals only)

from typing import LiteralString

from nameplate.analytics.counting.tally import Tally
from nameplate.db import Tx

# The statement of count_days, part by part. First the facts: the rows of visitor_days that the batch touched, as they
# were (old_*) and as they are. `is_new`: there was none; `is_other`: its first view or click is another one now.
_EARLIER: LiteralString = "(excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)"
_OF_FIRST: tuple[LiteralString, ...] = (
    "country", "region", "city", "device", "browser", "os", "language", "referrer", "utm_source", "utm_medium",
    "utm_campaign",
)  # fmt: skip
_NAMES: LiteralString = ", ".join(_OF_FIRST)
_TAKEN: LiteralString = "".join(
    [
        ", " + name + " = CASE WHEN " + _EARLIER + " THEN excluded." + name + " ELSE v." + name + " END"
        for name in (*_OF_FIRST, "first_at", "first_id")
    ]
)
_BEFORE_AND_AFTER: LiteralString = "".join(
    [
        ", v." + name + ", old." + name + " AS old_" + name
        for name in (*_OF_FIRST, "first_at", "views", "clicks")
    ]
)
_FACT: LiteralString = (
    "INSERT INTO visitor_days AS v (account_id, day, visitor, first_at, first_id, views, clicks, "
    + _NAMES
    + ") SELECT account_id, day, row_visitor, at, id, row_views, row_clicks, "
    + _NAMES
    + """ FROM stage WHERE row_visitor IS NOT NULL ORDER BY account_id, day, row_visitor
    ON CONFLICT (account_id, day, visitor) DO UPDATE SET
        views = v.views + excluded.views, clicks = v.clicks + excluded.clicks, unfolded = true"""
    + _TAKEN
    + """
    RETURNING v.account_id, v.day, (v.visitor >= 0)::integer AS person, old.account_id IS NULL AS is_new,
        (old.first_at, old.first_id) IS DISTINCT FROM (v.first_at, v.first_id) AS is_other"""
    + _BEFORE_AND_AFTER
)
# What this adds to each combination of values, and takes away from the old values of those that are other ones now.
_CHANGE: LiteralString = (
    """SELECT account_id, day, CASE WHEN is_other THEN person ELSE 0 END AS visitors,
        CASE WHEN is_other THEN views ELSE views - old_views END AS views,
        CASE WHEN is_other THEN clicks ELSE clicks - old_clicks END AS clicks, """
    + _NAMES
    + " FROM fact UNION ALL SELECT account_id, day, -person, -old_views, -old_clicks, "
    + ", ".join(["old_" + name for name in _OF_FIRST])
    + " FROM fact WHERE is_other AND NOT is_new"
)
_COUNTED_VALUES: LiteralString = (
    """INSERT INTO day_values AS d (account_id, day, dimension, value, views, visitors, clicks)
    SELECT account_id, day, CASE 0 WHEN grouping(country) THEN 1 WHEN grouping(region) THEN 2 WHEN grouping(city) THEN 3
        WHEN grouping(device) THEN 4 WHEN grouping(browser) THEN 5 WHEN grouping(os) THEN 6
        WHEN grouping(language) THEN 7 WHEN grouping(referrer) THEN 8 WHEN grouping(utm_source) THEN 9
        WHEN grouping(utm_medium) THEN 10 WHEN grouping(utm_campaign) THEN 11 END AS dimension,
        coalesce("""
    + _NAMES
    + """, '') AS value, sum(views), sum(visitors), sum(clicks)
    FROM change GROUP BY account_id, day, GROUPING SETS ((country), (region), (city), (device), (browser), (os),
        (language), (referrer), (utm_source), (utm_medium), (utm_campaign))
    HAVING sum(views) <> 0 OR sum(visitors) <> 0 OR sum(clicks) <> 0
    ORDER BY account_id, day, dimension, value
    ON CONFLICT (account_id, day, dimension, value) DO UPDATE SET
        views = d.views + excluded.views, visitors = d.visitors + excluded.visitors,
        clicks = d.clicks + excluded.clicks"""
)
# A visitor belongs to the quarter of an hour in which he came first.
_MOMENT: LiteralString = """SELECT account_id, day, at, (kind = 'view')::integer AS views, 0 AS visitors,
        (kind = 'click')::integer AS clicks
    FROM stage WHERE kind IN ('view', 'click') AND bot IS NULL
    UNION ALL SELECT account_id, day, first_at, 0, person, 0 FROM fact WHERE is_other AND person > 0
    UNION ALL SELECT account_id, day, old_first_at, 0, -person, 0 FROM fact
    WHERE is_other AND NOT is_new AND person > 0"""
_COUNTED_QUARTERS: LiteralString = """
    INSERT INTO quarter_totals AS q (account_id, day, at, views, visitors, clicks)
    SELECT account_id, day, date_bin('15 minutes', at, '2000-01-01 00:00:00Z') AS quarter,
        sum(views), sum(visitors), sum(clicks)
    FROM moment GROUP BY account_id, day, quarter ORDER BY account_id, day, quarter
    ON CONFLICT (account_id, day, at) DO UPDATE SET
        views = q.views + excluded.views, visitors = q.visitors + excluded.visitors,
        clicks = q.clicks + excluded.clicks"""
_COUNTED_TOTALS: LiteralString = """
    INSERT INTO daily_totals AS d (account_id, day, views, visitors, clicks, bots, moves)
    SELECT account_id, day, t.views, coalesce(visitors, 0), t.clicks, bots, coalesce(moves, 0)
    FROM unnest(%s::uuid[], %s::date[], %s::integer[], %s::integer[], %s::integer[])
        AS t (account_id, day, views, clicks, bots)
    LEFT JOIN (
        SELECT account_id, day, sum(person) FILTER (WHERE is_new) AS visitors,
            count(*) FILTER (WHERE is_other AND NOT is_new) AS moves
        FROM fact GROUP BY account_id, day
    ) AS f USING (account_id, day)
    ORDER BY account_id, day
    ON CONFLICT (account_id, day) DO UPDATE SET
        views = d.views + excluded.views, visitors = d.visitors + excluded.visitors,
        clicks = d.clicks + excluded.clicks, bots = d.bots + excluded.bots, moves = d.moves + excluded.moves,
        version = d.version + 1, dirty = true"""


async def count_days(tx: Tx, tally: Tally) -> None:
    """visitor_days, and from what changed there daily_totals, day_values and quarter_totals.

    A fact whose first event turns out to be another one takes what it had added from its old values to its new ones.
    """
    accounts, days, views, clicks, bots = zip(*tally.totals(), strict=True)
    await tx.run(
        "WITH fact AS (" + _FACT + "), change AS (" + _CHANGE + "), counted_values AS (" + _COUNTED_VALUES
        + "), moment AS (" + _MOMENT + "), counted_quarters AS (" + _COUNTED_QUARTERS + ")" + _COUNTED_TOTALS,
        (list(accounts), list(days), list(views), list(clicks), list(bots)),
    )  # fmt: skip


async def count_links(tx: Tx, tally: Tally) -> None:
    """visitor_link_days and daily_links. Bots are in neither."""
    accounts, days, links, clicks = zip(*tally.links(), strict=True)
    await tx.run(
        """
        WITH who AS (
            INSERT INTO visitor_link_days AS v (account_id, day, link_id, visitor, clicks)
            SELECT account_id, day, link_id, row_link_visitor, row_link_clicks FROM stage
            WHERE row_link_visitor IS NOT NULL ORDER BY account_id, day, row_link_visitor, link_id
            ON CONFLICT (account_id, day, visitor, link_id) DO UPDATE SET clicks = v.clicks + excluded.clicks
            RETURNING v.account_id, v.day, v.link_id, old.account_id IS NULL AND v.visitor >= 0 AS is_new
        ), visitors AS (
            SELECT account_id, day, link_id, count(*) AS visitors FROM who WHERE is_new
            GROUP BY account_id, day, link_id
        ), clicks AS (
            SELECT * FROM unnest(%s::uuid[], %s::date[], %s::uuid[], %s::integer[])
                AS t (account_id, day, link_id, clicks)
        )
        INSERT INTO daily_links AS d (account_id, day, link_id, clicks, visitors)
        SELECT account_id, day, link_id, clicks, coalesce(visitors, 0)
        FROM clicks LEFT JOIN visitors USING (account_id, day, link_id) ORDER BY account_id, day, link_id
        ON CONFLICT (account_id, day, link_id) DO UPDATE SET
            clicks = d.clicks + excluded.clicks, visitors = d.visitors + excluded.visitors
        """,
        (list(accounts), list(days), list(links), list(clicks)),
    )


async def count_bots(tx: Tx) -> None:
    """bot_days and daily_bots, from the stage. Bots have no visitors: those that look alike are one row."""
    await tx.run(
        """
        WITH bot AS (
            SELECT account_id, day, hash_record_extended((bot, link_id, country, region, city, device, browser, os,
                    language, referrer, utm_source, utm_medium, utm_campaign), 0) AS look,
                bot, link_id, country, region, city, device, browser, os, language, referrer, utm_source, utm_medium,
                utm_campaign, count(*) FILTER (WHERE kind = 'view') AS views,
                count(*) FILTER (WHERE kind = 'click') AS clicks
            FROM stage WHERE bot IS NOT NULL AND kind IN ('view', 'click')
            GROUP BY account_id, day, bot, link_id, country, region, city, device, browser, os, language, referrer,
                utm_source, utm_medium, utm_campaign
        ), looks AS (
            INSERT INTO bot_days AS b (account_id, day, look, bot, link_id, country, region, city, device, browser, os,
                language, referrer, utm_source, utm_medium, utm_campaign, views, clicks)
            SELECT account_id, day, look, bot, link_id, country, region, city, device, browser, os, language, referrer,
                utm_source, utm_medium, utm_campaign, views, clicks
            FROM bot ORDER BY account_id, day, look
            ON CONFLICT (account_id, day, look) DO UPDATE SET
                views = b.views + excluded.views, clicks = b.clicks + excluded.clicks
        )
        INSERT INTO daily_bots AS d (account_id, day, bot, views, clicks)
        SELECT account_id, day, bot, sum(views), sum(clicks)
        FROM bot GROUP BY account_id, day, bot ORDER BY account_id, day, bot
        ON CONFLICT (account_id, day, bot) DO UPDATE SET
            views = d.views + excluded.views, clicks = d.clicks + excluded.clicks
        """
    )
