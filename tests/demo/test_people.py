"""Nobody who looks at the demo should stop at something that cannot be."""

from typing import Any

import psycopg

from nameplate.demo.geography import COUNTRIES, PLACES
from tests.demo.conftest import OPTIONS

Database = psycopg.Connection[Any]


def test_every_city_lies_in_its_region_and_country(filled: Database) -> None:
    rows = filled.execute(
        "SELECT DISTINCT country, region, city FROM events WHERE city IS NOT NULL"
    ).fetchall()
    assert len(rows) > 80
    assert set(rows) <= {(place.country, place.region, place.city) for place in PLACES}


def test_people_ask_for_languages_of_their_country(filled: Database) -> None:
    rows = filled.execute(
        "SELECT DISTINCT country, language FROM events WHERE language IS NOT NULL"
    ).fetchall()
    assert {language for _, language in rows} > {"de", "pt-PT", "en-US", "ja"}
    assert [row for row in rows if row[1] not in COUNTRIES[row[0]].languages] == []


def test_browsers_run_on_systems_they_exist_for(filled: Database) -> None:
    rows = filled.execute(
        "SELECT DISTINCT browser, os, device FROM events WHERE visitor IS NOT NULL AND bot IS NULL"
    ).fetchall()
    found = {(browser, system): device for browser, system, device in rows}
    assert {system for browser, system in found if browser == "Safari"} == {"macOS", "iOS"}
    assert {system for browser, system in found if browser == "Edge"} == {"Windows"}
    assert {device for _, system, device in rows if system == "iOS"} == {"phone", "tablet"}
    assert {device for _, system, device in rows if system in ("Windows", "Linux", "macOS")} == {"desktop"}


def test_browsers_get_new_versions_in_the_course_of_the_year(filled: Database) -> None:
    rows = filled.execute(
        """
        SELECT to_char(day, 'YYYY-MM') AS month, max(browser_version::int) FROM events
        WHERE browser = 'Chrome' AND bot IS NULL GROUP BY month ORDER BY month
        """
    ).fetchall()
    versions = [version for _, version in rows]
    assert versions == sorted(versions)
    assert versions[-1] - versions[0] >= 5


def test_people_come_when_it_is_day_where_they_live(filled: Database) -> None:
    for country, timezone in (("DE", "Europe/Berlin"), ("IN", "Asia/Kolkata"), ("JP", "Asia/Tokyo")):
        day, night, everything = _count(
            filled,
            """
            SELECT count(*) FILTER (WHERE extract(hour FROM at AT TIME ZONE %(zone)s) BETWEEN 8 AND 18),
                count(*) FILTER (WHERE extract(hour FROM at AT TIME ZONE %(zone)s) BETWEEN 1 AND 5), count(*)
            FROM events WHERE country = %(country)s AND kind = 'view' AND bot IS NULL
            """,
            {"zone": timezone, "country": country},
        )
        assert everything > 60
        assert day > 0.55 * everything, country
        assert night < 0.12 * everything, country


def test_weekends_are_quieter_than_the_days_around_them(filled: Database) -> None:
    weekend, week = _count(
        filled,
        """
        SELECT avg(views) FILTER (WHERE extract(isodow FROM day) >= 6),
            avg(views) FILTER (WHERE extract(isodow FROM day) <= 4) FROM daily_totals WHERE views < 300
        """,
    )
    assert weekend < 0.75 * week


def test_a_day_in_the_news_comes_from_hacker_news(filled: Database) -> None:
    loudest, usual = _count(
        filled, "SELECT max(views), percentile_cont(0.5) WITHIN GROUP (ORDER BY views) FROM daily_totals"
    )
    assert loudest > 6 * usual
    row = filled.execute(
        """
        SELECT referrer FROM visitor_days WHERE day = (SELECT day FROM daily_totals ORDER BY views DESC LIMIT 1)
            AND referrer IS NOT NULL
        GROUP BY referrer ORDER BY count(*) DESC LIMIT 1
        """
    ).fetchone()
    assert row == ("Hacker News",)


def test_the_page_finds_more_readers_over_time(filled: Database) -> None:
    first, last = _count(
        filled,
        """
        SELECT (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY views) FROM daily_totals
            WHERE day < (SELECT min(day) + 40 FROM daily_totals)),
            (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY views) FROM daily_totals
            WHERE day > (SELECT max(day) - 40 FROM daily_totals))
        """,
    )
    assert last > 1.3 * first


def test_some_come_back_on_the_same_day(filled: Database) -> None:
    again, everybody = _count(
        filled, "SELECT count(*) FILTER (WHERE views > 1), count(*) FROM visitor_days WHERE visitor >= 0"
    )
    assert 0.07 * everybody < again < 0.25 * everybody


def test_vitals_are_in_order_and_slower_on_phones(filled: Database) -> None:
    wrong, everything = _count(
        filled,
        "SELECT count(*) FILTER (WHERE ttfb >= fcp OR fcp > lcp), count(*) FROM events WHERE kind = 'vitals'",
    )
    assert wrong == 0
    assert everything > 0.15 * OPTIONS.events
    phone, desktop = _count(
        filled,
        """
        SELECT percentile_cont(0.75) WITHIN GROUP (ORDER BY lcp) FILTER (WHERE device = 'phone'),
            percentile_cont(0.75) WITHIN GROUP (ORDER BY lcp) FILTER (WHERE device = 'desktop') FROM events
        """,
    )
    assert 200 < desktop < phone < 4000


def test_taps_lie_within_what_they_hit(filled: Database) -> None:
    outside, dead, everything = _count(
        filled,
        """
        SELECT count(*) FILTER (WHERE NOT (tap_x BETWEEN 0 AND 1 AND tap_y BETWEEN 0 AND 1)),
            count(*) FILTER (WHERE link_id IS NULL), count(*) FROM events WHERE kind = 'tap'
        """,
    )
    assert outside == 0
    assert 0 < dead < 0.2 * everything


def _count(database: Database, sql: Any, params: dict[str, str] | None = None) -> tuple[Any, ...]:
    row = database.execute(sql, params).fetchone()
    assert row is not None
    return tuple(float(value) for value in row)
