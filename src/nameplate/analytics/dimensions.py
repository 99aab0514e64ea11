"""What visits can be broken down by and filtered by, and the numbers this has in the tables."""

from enum import StrEnum


class Dimension(StrEnum):
    """A column of visitor_days, the link that was clicked, or (bots only) why it was not counted as a person."""

    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    DEVICE = "device"
    BROWSER = "browser"
    OS = "os"
    LANGUAGE = "language"
    REFERRER = "referrer"
    UTM_SOURCE = "utm_source"
    UTM_MEDIUM = "utm_medium"
    UTM_CAMPAIGN = "utm_campaign"
    LINK = "link"
    BOT = "bot"


# The place of a dimension, from 1, is its number in day_values, day_pairs and day_packs: never change the order.
FACTS: tuple[Dimension, ...] = tuple(Dimension)[:11]
NUMBER: dict[Dimension, int] = {dimension: number for number, dimension in enumerate(FACTS, 1)}
NUMBER[Dimension.LINK] = 12
