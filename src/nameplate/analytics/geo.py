"""Where an address is, from files on this machine: no address leaves it."""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb
import msgspec
import structlog
from prometheus_client import Counter

from nameplate.analytics.text import clean
from nameplate.http.client_ip import Address

log = structlog.get_logger(__name__)
failures = Counter("nameplate_geo_failures_total", "Look-ups in a geolocation file that failed")

# Where set-up puts the files, in a checkout.
DEFAULT = Path(__file__).parents[3] / ".tools" / "geoip"


class Place(msgspec.Struct, frozen=True):
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    region: str | None = None
    city: str | None = None


NOWHERE = Place()


class Geo:
    """Looks in each file in turn. Without files every address is nowhere."""

    def __init__(self, files: Sequence[Path] = ()) -> None:
        self._four: list[maxminddb.Reader] = []
        self._six: list[maxminddb.Reader] = []
        for file in files or sorted(DEFAULT.glob("*.mmdb")):
            self._open(file)
        # A file for IPv6 usually knows IPv4 as well; one made for IPv4 alone comes first.
        self._four += self._six

    def _open(self, file: Path) -> None:
        try:
            reader = maxminddb.open_database(file)
            with file.open("rb") as opened:
                # Ask for the pages now, so that the event loop does not wait for the disk at a look-up.
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            log.warning("geolocation file not usable", file=str(file), error=str(error))
            return
        (self._six if reader.metadata().ip_version == 6 else self._four).append(reader)

    @property
    def files(self) -> int:
        return len(self._four)

    def close(self) -> None:
        for reader in self._four:
            reader.close()

    def country(self, address: Address) -> str:
        """Empty for private and unknown addresses."""
        return self.place(address).country or ""

    def place(self, address: Address) -> Place:
        """NOWHERE for private and unknown addresses."""
        for reader in self._four if address.version == 4 else self._six:
            try:
                record = reader.get(address)
            except (ValueError, maxminddb.InvalidDatabaseError):
                # The message would name the address.
                failures.inc()
                continue
            if isinstance(record, dict):
                place = _flat(record) if "country_code" in record else _nested(record)
                if place.country:
                    return place
        return NOWHERE


def _flat(record: dict[str, Any]) -> Place:
    """As in the files made from DB-IP City Lite."""
    return _place(record["country_code"], record.get("state1"), record.get("city"))


@lru_cache(maxsize=8192)
def _place(country: object, region: object, city: object) -> Place:
    """Remembers places: who was there is not known here."""
    # 'Berlin (Charlottenburg)': the part of the town is more than we want to know.
    return Place(clean(country, 2), clean(region, 80), clean(str(city or "").partition(" (")[0], 80))


def _nested(record: dict[str, Any]) -> Place:
    """As in MaxMind's GeoLite2 and DB-IP's own files."""
    country = record.get("country") or record.get("registered_country") or {}
    regions = record.get("subdivisions") or [{}]
    return Place(clean(country.get("iso_code"), 2), _name(regions[0]), _name(record.get("city") or {}))


def _name(part: dict[str, Any]) -> str | None:
    return clean((part.get("names") or {}).get("en"), 80)
