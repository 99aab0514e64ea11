"""Which accounts this browser has logged in to before: a log-in from another one is worth a mail."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar.datastructures import Cookie

from nameplate.accounts.cookies import SignedCookie
from nameplate.settings import Settings

MOST = 5


class Known(msgspec.Struct, frozen=True):
    accounts: list[str] = []


# Browsers keep no cookie for longer than 400 days.
KNOWN = SignedCookie("nameplate_device", timedelta(days=400))


def any_known(cookies: dict[str, str], settings: Settings) -> bool:
    return bool(_read(cookies, settings))


def knows(cookies: dict[str, str], settings: Settings, account_id: UUID) -> bool:
    return account_id.hex in _read(cookies, settings)


def cookie(cookies: dict[str, str], settings: Settings, account_id: UUID) -> Cookie:
    """Remembers this account as well, and forgets the one that was used longest ago."""
    others = [known for known in _read(cookies, settings) if known != account_id.hex]
    return KNOWN.make(settings, Known([account_id.hex, *others][:MOST]))


def _read(cookies: dict[str, str], settings: Settings) -> list[str]:
    found = KNOWN.read(settings, cookies, Known)
    return found.accounts if found else []
