"""The statements that add a staged batch to the roll-ups.

Counting is set by set. Every statement takes its rows in the order of their key and the statements always come in
the same order, so that two transactions that count the same account wait for each other and never deadlock.
"""

from nameplate.analytics.counting.tally import Tally
from nameplate.db import Tx


async def count_days(tx: Tx, tally: Tally) -> None:
    """visitor_days, and from what changed there daily_totals, day_values and quarter_totals.

    A fact whose first event turns out to be another one takes what it had added from its old values to its new ones.
    """
    accounts, days, views, clicks, bots = zip(*tally.totals(), strict=True)
    await tx.run(
        """
        WITH fact AS (
            INSERT INTO visitor_days AS v (account_id, first_at, first_id, visitor, day, views, clicks, country, region,
                city, device, browser, os, language, referrer, utm_source, utm_medium, utm_campaign)
            SELECT account_id, at, id, row_visitor, day, row_views, row_clicks,
                country, region, city, device, browser, os, language, referrer, utm_source, utm_medium, utm_campaign
            FROM stage WHERE row_visitor IS NOT NULL ORDER BY account_id, day, row_visitor
            ON CONFLICT (account_id, day, visitor) DO UPDATE SET
                views = v.views + excluded.views,
                clicks = v.clicks + excluded.clicks,
                country = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.country ELSE v.country END,
                region = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.region ELSE v.region END,
                city = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.city ELSE v.city END,
                device = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.device ELSE v.device END,
                browser = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.browser ELSE v.browser END,
                os = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.os ELSE v.os END,
                language = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.language ELSE v.language END,
                referrer = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.referrer ELSE v.referrer END,
                utm_source = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.utm_source ELSE v.utm_source END,
                utm_medium = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.utm_medium ELSE v.utm_medium END,
                utm_campaign = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.utm_campaign ELSE v.utm_campaign END,
                first_at = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.first_at ELSE v.first_at END,
                first_id = CASE WHEN (excluded.first_at, excluded.first_id) < (v.first_at, v.first_id)
                    THEN excluded.first_id ELSE v.first_id END
            RETURNING v.account_id, v.day, (v.visitor >= 0)::integer AS person, old.account_id IS NULL AS is_new,
                (old.first_at, old.first_id) IS DISTINCT FROM (v.first_at, v.first_id) AS is_other,
                v.first_at, v.views, v.clicks,
                v.country, v.region, v.city, v.device, v.browser, v.os, v.language, v.referrer, v.utm_source,
                v.utm_medium, v.utm_campaign,
                old.first_at AS old_at, old.views AS old_views, old.clicks AS old_clicks,
                old.country AS old_country, old.region AS old_region, old.city AS old_city,
                old.device AS old_device, old.browser AS old_browser, old.os AS old_os,
                old.language AS old_language, old.referrer AS old_referrer, old.utm_source AS old_utm_source,
                old.utm_medium AS old_utm_medium, old.utm_campaign AS old_utm_campaign
        ), change AS (
            SELECT account_id, day, CASE WHEN is_other THEN person ELSE 0 END AS visitors,
                CASE WHEN is_other THEN views ELSE views - old_views END AS views,
                CASE WHEN is_other THEN clicks ELSE clicks - old_clicks END AS clicks,
                country, region, city, device, browser, os, language, referrer, utm_source, utm_medium,
                utm_campaign
            FROM fact
            UNION ALL
            SELECT account_id, day, -person, -old_views, -old_clicks,
                old_country, old_region, old_city, old_device, old_browser, old_os, old_language, old_referrer,
                old_utm_source, old_utm_medium, old_utm_campaign
            FROM fact WHERE is_other AND NOT is_new
        ), counted_values AS (
            INSERT INTO day_values AS d (account_id, day, dimension, value, views, visitors, clicks)
            SELECT account_id, day,
                CASE 0 WHEN grouping(country) THEN 1 WHEN grouping(region) THEN 2 WHEN grouping(city) THEN 3
                WHEN grouping(device) THEN 4 WHEN grouping(browser) THEN 5 WHEN grouping(os) THEN 6
                WHEN grouping(language) THEN 7 WHEN grouping(referrer) THEN 8
                WHEN grouping(utm_source) THEN 9 WHEN grouping(utm_medium) THEN 10
                WHEN grouping(utm_campaign) THEN 11 END AS dimension,
                coalesce(country, region, city, device, browser, os, language, referrer, utm_source, utm_medium,
                utm_campaign, '') AS value,
                sum(views), sum(visitors), sum(clicks)
            FROM change
            GROUP BY account_id, day, GROUPING SETS ((country), (region), (city), (device), (browser), (os), (language),
                (referrer), (utm_source), (utm_medium), (utm_campaign))
            HAVING sum(views) <> 0 OR sum(visitors) <> 0 OR sum(clicks) <> 0
            ORDER BY account_id, day, dimension, value
            ON CONFLICT (account_id, day, dimension, value) DO UPDATE SET
                views = d.views + excluded.views, visitors = d.visitors + excluded.visitors,
                clicks = d.clicks + excluded.clicks
        ), moment AS (
            SELECT account_id, day, at, (kind = 'view')::integer AS views, 0 AS visitors,
                (kind = 'click')::integer AS clicks
            FROM stage WHERE kind IN ('view', 'click') AND bot IS NULL
            UNION ALL
            SELECT account_id, day, first_at, 0, person, 0 FROM fact WHERE is_other AND person > 0
            UNION ALL
            SELECT account_id, day, old_at, 0, -person, 0 FROM fact WHERE is_other AND NOT is_new AND person > 0
        ), counted_quarters AS (
            INSERT INTO quarter_totals AS q (account_id, day, at, views, visitors, clicks)
            SELECT account_id, day, date_bin('15 minutes', at, '2000-01-01 00:00:00Z') AS quarter,
                sum(views), sum(visitors), sum(clicks)
            FROM moment GROUP BY account_id, day, quarter ORDER BY account_id, day, quarter
            ON CONFLICT (account_id, day, at) DO UPDATE SET
                views = q.views + excluded.views, visitors = q.visitors + excluded.visitors,
                clicks = q.clicks + excluded.clicks
        ), visitors AS (
            SELECT account_id, day, sum(person) AS visitors FROM fact WHERE is_new GROUP BY account_id, day
        ), totals AS (
            SELECT * FROM unnest(%s::uuid[], %s::date[], %s::integer[], %s::integer[], %s::integer[])
                AS t (account_id, day, views, clicks, bots)
        )
        INSERT INTO daily_totals AS d (account_id, day, views, visitors, clicks, bots)
        SELECT account_id, day, views, coalesce(visitors, 0), clicks, bots
        FROM totals LEFT JOIN visitors USING (account_id, day) ORDER BY account_id, day
        ON CONFLICT (account_id, day) DO UPDATE SET
            views = d.views + excluded.views, visitors = d.visitors + excluded.visitors,
            clicks = d.clicks + excluded.clicks, bots = d.bots + excluded.bots,
            version = d.version + 1, dirty = true
        """,
        (list(accounts), list(days), list(views), list(clicks), list(bots)),
    )


async def count_links(tx: Tx, tally: Tally) -> None:
    """visitor_link_days and daily_links. Bots are in neither."""
    accounts, days, links, clicks = zip(*tally.links(), strict=True)
    await tx.run(
        """
        WITH who AS (
            INSERT INTO visitor_link_days AS v (account_id, day, link_id, visitor, clicks)
            SELECT account_id, day, link_id, row_link_visitor, row_link_clicks FROM stage
            WHERE row_link_visitor IS NOT NULL ORDER BY account_id, day, link_id, row_link_visitor
            ON CONFLICT (account_id, day, link_id, visitor) DO UPDATE SET clicks = v.clicks + excluded.clicks
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
