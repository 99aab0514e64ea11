"""What the dashboard adds up is what the events say."""

from typing import Any, LiteralString

import psycopg
import pytest

from tests.analytics.truth import ROLL_UPS_OF_TAPS
from tests.demo.conftest import OPTIONS

ROLL_UPS: dict[str, tuple[LiteralString, LiteralString]] = {
    "the totals of each day": (
        "SELECT day, views, visitors, clicks, bots FROM daily_totals ORDER BY 1",
        """
        SELECT day, count(*) FILTER (WHERE kind = 'view' AND bot IS NULL),
            count(DISTINCT visitor) FILTER (WHERE bot IS NULL), count(*) FILTER (WHERE kind = 'click' AND bot IS NULL),
            count(*) FILTER (WHERE bot IS NOT NULL)
        FROM events WHERE kind IN ('view', 'click') GROUP BY day ORDER BY 1
        """,
    ),
    "the links of each day": (
        "SELECT day, link_id, clicks, visitors FROM daily_links ORDER BY 1, 2",
        """
        SELECT day, link_id, count(*), count(DISTINCT visitor) FROM events
        WHERE kind = 'click' AND bot IS NULL GROUP BY day, link_id ORDER BY 1, 2
        """,
    ),
    "who clicked what": (
        "SELECT day, link_id, visitor, clicks FROM visitor_link_days WHERE visitor >= 0 ORDER BY 1, 2, 3",
        """
        SELECT day, link_id, visitor, count(*) FROM events
        WHERE kind = 'click' AND bot IS NULL AND visitor IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """,
    ),
    "each visitor's day": (
        """
        SELECT day, visitor, first_at, first_id, views, clicks, country, region, city, device, browser, os, language,
            referrer, utm_source, utm_medium, utm_campaign
        FROM visitor_days WHERE visitor >= 0 ORDER BY 1, 2
        """,
        """
        SELECT DISTINCT ON (day, visitor) day, visitor, at, id, count(*) FILTER (WHERE kind = 'view') OVER same,
            count(*) FILTER (WHERE kind = 'click') OVER same, country, region, city, device, browser, os, language,
            referrer, utm_source, utm_medium, utm_campaign
        FROM events WHERE kind IN ('view', 'click') AND bot IS NULL AND visitor IS NOT NULL
        WINDOW same AS (PARTITION BY day, visitor) ORDER BY day, visitor, at, id
        """,
    ),
    "anonymous visits by where they came from": (
        """
        SELECT day, referrer, utm_source, utm_medium, utm_campaign, first_at, views, clicks
        FROM visitor_days WHERE visitor < 0 ORDER BY 1, 6
        """,
        """
        SELECT day, referrer, utm_source, utm_medium, utm_campaign, min(at), count(*) FILTER (WHERE kind = 'view'),
            count(*) FILTER (WHERE kind = 'click')
        FROM events WHERE kind IN ('view', 'click') AND bot IS NULL AND visitor IS NULL
        GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 6
        """,
    ),
}


@pytest.mark.parametrize("what", ROLL_UPS)
def test_every_roll_up_equals_a_plain_query_over_the_events(
    filled: psycopg.Connection[Any], what: str
) -> None:
    kept, asked = (filled.execute(sql).fetchall() for sql in ROLL_UPS[what])
    assert len(kept) > 100
    assert kept == asked


@pytest.mark.parametrize("what", ROLL_UPS_OF_TAPS)
def test_every_roll_up_of_taps_and_vitals_equals_a_plain_query_over_the_events(
    filled: psycopg.Connection[Any], what: str
) -> None:
    kept, asked = (filled.execute(sql).fetchall() for sql in ROLL_UPS_OF_TAPS[what])  # type: ignore[arg-type]
    assert len(kept) > 100
    assert sorted(map(repr, kept)) == sorted(map(repr, asked))


def test_there_are_as_many_events_as_were_asked_for(filled: psycopg.Connection[Any]) -> None:
    assert filled.execute("SELECT count(*) FROM events").fetchone() == (OPTIONS.events,)


def test_every_event_is_on_the_owners_day_and_none_lies_ahead(filled: psycopg.Connection[Any]) -> None:
    row = filled.execute(
        """
        SELECT count(*) FILTER (WHERE day <> (at AT TIME ZONE p.timezone)::date), count(DISTINCT day), max(at) <= %s
        FROM events CROSS JOIN profiles p
        """,
        ("2026-11-18 16:20+00",),
    ).fetchone()
    assert row == (0, OPTIONS.days, True)


def test_bots_are_kept_apart_and_say_why(filled: psycopg.Connection[Any]) -> None:
    reasons = dict(
        filled.execute("SELECT bot, count(*) FROM events WHERE bot IS NOT NULL GROUP BY bot").fetchall()
    )
    assert set(reasons) == {"crawler", "link preview", "program", "headless", "no user agent"}
    assert 0.02 < sum(reasons.values()) / OPTIONS.events < 0.1


def test_anonymous_visits_say_nothing_about_who_came(filled: psycopg.Connection[Any]) -> None:
    row = filled.execute(
        """
        SELECT count(*) > 100, bool_or(kind NOT IN ('view', 'click')),
            max(num_nonnulls(country, region, city, device, browser, os, language)),
            max(num_nonnulls(viewport, referrer_path, connection, tap_x, ttfb, lcp))
        FROM events WHERE visitor IS NULL
        """
    ).fetchone()
    assert row == (True, False, 0, 0)
