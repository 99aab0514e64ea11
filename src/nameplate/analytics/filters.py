"""The filters of a question, as query parameters: one for each dimension, in any combination."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from nameplate.analytics.dimensions import Dimension

MOST_LETTERS = 300


def _about(what: str) -> str:
    return f"Only visitors {what} (on their first view or click of the day). Empty: of whom it is not known."


def _parameter(name: str, what: str) -> QueryParameter:
    return QueryParameter(name=name, max_length=MOST_LETTERS, description=_about(what))


_LINK = QueryParameter(
    name="link", description="Only visitors who clicked this link that day; their views, and its clicks."
)
_BOTS = QueryParameter(name="bots", description="Count bots instead of people. Bots have no visitors.")


class Filters(msgspec.Struct, frozen=True):
    values: dict[Dimension, str]
    bots: bool


def read_filters(
    country: Annotated[str | None, _parameter("country", "from this country (ISO 3166-1 alpha-2)")] = None,
    region: Annotated[str | None, _parameter("region", "from this region")] = None,
    city: Annotated[str | None, _parameter("city", "from this city")] = None,
    device: Annotated[str | None, _parameter("device", "with such a device")] = None,
    browser: Annotated[str | None, _parameter("browser", "with this browser")] = None,
    os: Annotated[str | None, _parameter("os", "with this operating system")] = None,
    language: Annotated[str | None, _parameter("language", "who prefer this language")] = None,
    referrer: Annotated[str | None, _parameter("referrer", "who came from there. Empty: directly")] = None,
    utm_source: Annotated[str | None, _parameter("utm_source", "with this utm_source")] = None,
    utm_medium: Annotated[str | None, _parameter("utm_medium", "with this utm_medium")] = None,
    utm_campaign: Annotated[str | None, _parameter("utm_campaign", "with this utm_campaign")] = None,
    link: Annotated[UUID | None, _LINK] = None,
    bots: Annotated[bool, _BOTS] = False,
) -> Filters:
    given = {
        Dimension.COUNTRY: country,
        Dimension.REGION: region,
        Dimension.CITY: city,
        Dimension.DEVICE: device,
        Dimension.BROWSER: browser,
        Dimension.OS: os,
        Dimension.LANGUAGE: language,
        Dimension.REFERRER: referrer,
        Dimension.UTM_SOURCE: utm_source,
        Dimension.UTM_MEDIUM: utm_medium,
        Dimension.UTM_CAMPAIGN: utm_campaign,
        Dimension.LINK: None if link is None else str(link),
    }
    # No word we keep holds a NUL, and PostgreSQL takes none.
    return Filters(
        {at: value.replace("\0", "\ufffd") for at, value in given.items() if value is not None}, bots
    )
