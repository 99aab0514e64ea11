"""What the values of settings may be. Every refusal names the variable and says what it wants."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nameplate.errors import SettingsError

if TYPE_CHECKING:
    from nameplate.settings import Settings

_WEB = {"http", "https"}
_VALKEY = {word + end for word in ("valkey", "valkeys", "redis", "rediss") for end in ("", "+cluster")}
_SCHEMES = {
    "public_url": _WEB,
    "database_url": {"postgresql", "postgres"},
    "valkey_url": _VALKEY,
    "s3_endpoint": _WEB,
    "asset_base_url": _WEB,
    "github_api_url": _WEB,
    "github_url": _WEB,
    "smtp_url": {"smtp", "smtps"},
    "cdn_purge_url": _WEB,
}
_PORT = (1, 65_535)
MOST_LIMIT = 10_000_000
_DAYS = (1, 400)
# Least and most.
_RANGES = {
    "port": _PORT,
    "http_port": _PORT,
    "https_port": _PORT,
    "cdn_max_age": (0, 31_536_000),
    "asset_cache_mb": (0, 1_000_000),
    "upload_megabytes": (1, 100),
    "upload_megapixels": (1, 500),
    "asset_quota_megabytes": (1, MOST_LIMIT),
    "asset_quota_count": (1, MOST_LIMIT),
    "asset_pending_megabytes": (0, 1_000_000),
    "asset_pending_account_megabytes": (0, 1_000_000),
    "drain": (0, 60),
    "session_idle_days": _DAYS,
    "session_days": _DAYS,
    "github_sync_interval": (15, 10_080),  # minutes: a quarter of an hour to a week
}
# As _RANGES, and 0 for ever.
_OR_FOR_EVER = {"retention_months": (2, 1200), "audit_days": (31, 36_500)}
_ZONE = re.compile(r"[A-Za-z0-9]{1,64}")
_DOMAIN = re.compile(r"localhost|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def check(settings: "Settings") -> None:
    """Raises SettingsError for the first value that cannot be."""
    for name, schemes in _SCHEMES.items():
        _want_url(_variable(name), getattr(settings, name), schemes)
    for name, (least, most) in _ranges(settings).items():
        if not least <= (value := getattr(settings, name)) <= most:
            raise SettingsError(f"{_variable(name)} must be {least} to {most}, not {value}.")
    for name, (least, most) in _OR_FOR_EVER.items():
        if (value := getattr(settings, name)) != 0 and not least <= value <= most:
            raise SettingsError(f"{_variable(name)} must be 0 (for ever) or {least} to {most}, not {value}.")
    _check_texts(settings)


def _ranges(settings: "Settings") -> dict[str, tuple[int, int]]:
    limits = {
        name: (1, MOST_LIMIT)
        for name in settings.__slots__
        if name.startswith("rate_limit") and isinstance(getattr(settings, name), int)
    }
    return _RANGES | limits | {"rate_limit_user": (0, MOST_LIMIT)}


def _check_texts(settings: "Settings") -> None:
    if settings.cdn_purge_provider not in {"", "cloudflare", "fastly"}:
        raise SettingsError("NAMEPLATE_CDN_PURGE_PROVIDER must be cloudflare or fastly.")
    if settings.cdn_purge_provider and not (
        _ZONE.fullmatch(settings.cdn_purge_zone) and settings.cdn_purge_token
    ):
        raise SettingsError(
            "With NAMEPLATE_CDN_PURGE_PROVIDER set NAMEPLATE_CDN_PURGE_ZONE and NAMEPLATE_CDN_PURGE_TOKEN too."
        )
    if settings.domain and not _DOMAIN.fullmatch(settings.domain):
        raise SettingsError("NAMEPLATE_DOMAIN is a host name such as links.example.org, or localhost.")
    contact = settings.security_contact
    if contact and (not contact.startswith(("mailto:", "https://")) or not contact.isprintable()):
        raise SettingsError("NAMEPLATE_SECURITY_CONTACT must start with mailto: or https://.")
    if settings.secret_key and len(settings.secret_key) < 32:
        raise SettingsError("NAMEPLATE_SECRET_KEY needs at least 32 characters; try `openssl rand -hex 32`.")
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        raise SettingsError("NAMEPLATE_LOG_LEVEL must be debug, info, warning or error.")


def _variable(name: str) -> str:
    return f"NAMEPLATE_{name.upper()}"


def _want_url(variable: str, text: str, schemes: set[str]) -> None:
    if not text:
        return
    try:
        parts = urlsplit(text)
        valid = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid:
        # The value may hold a password, so it is not repeated.
        raise SettingsError(
            f"{variable} must be an address that starts with {' or '.join(f'{s}://' for s in sorted(schemes))}."
        )
