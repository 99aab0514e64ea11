"""A month of visits that fills every card of the analytics pages, written the way the consumer writes them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from nameplate.db import SystemDatabase
from tests.analytics.test_reports import Visits
from tests.browser.conftest import Person

PLACES = [
    ("DE", "Berlin", "Berlin"),
    ("DE", "Bavaria", "Munich"),
    ("US", "California", "San Jose"),
    ("FR", None, None),
]
LOOKS = [("phone", "Safari", "iOS"), ("desktop", "Firefox", "Linux"), ("desktop", "Chrome", "Windows")]
SOURCES = ["GitHub", "Hacker News", None]


async def visited(ann: Person, system: SystemDatabase, today: date, days: int = 12) -> UUID:
    """Her link "Blog", which is on her page. Each day has 24 visitors: 12 from Germany, 6 from each other country."""
    account = UUID((await ann.api("GET", "/account"))["id"])
    link = UUID((await ann.api("POST", "/links", {"title": "Blog", "url": "https://ann.example/blog"}))["id"])
    visits = Visits(account)
    for back in range(days):
        day = today - timedelta(days=back)
        for number in range(24):
            _visit(visits, day, number, link)
        visits.add(day, "view", bot="crawler", browser="Googlebot")
    await visits.write(system)
    return link


def _visit(visits: Visits, day: date, number: int, link: UUID) -> None:
    country, region, city = PLACES[number % 4]
    device, browser, os = LOOKS[number % 3]
    who: dict[str, Any] = {
        "visitor": number + 1, "country": country, "region": region, "city": city, "device": device,
        "browser": browser, "os": os, "language": "de" if country == "DE" else "en", "referrer": SOURCES[number % 3],
        "viewport": 480 if device == "phone" else 1440,
    }  # fmt: skip
    visits.add(day, "view", **who)
    visits.add(
        day, "vitals", **who, lcp=5200 if country == "FR" else 900 + number, inp=80, cls=0.01, ttfb=120
    )
    if number % 2:
        visits.add(day, "click", **who, link_id=link)
        visits.add(day, "tap", **who, link_id=link, tap_x=0.3, tap_y=0.5, ms=2000, position=1)
    else:
        visits.add(day, "tap", **who, element="avatar", tap_x=0.5, tap_y=0.5, ms=900)
