"""Every setting: one frozen object, read once from `NAMEPLATE_*` (or `NAMEPLATE_*_FILE`)."""

import ipaddress
import os
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints
from urllib.parse import urlsplit

from nameplate.errors import SettingsError

if TYPE_CHECKING:
    type_network = ipaddress.IPv4Network | ipaddress.IPv6Network
else:
    # msgspec, which gives handlers their dependencies, refuses a union of two classes it does not know.
    type_network = ipaddress._BaseNetwork
PREFIX = "NAMEPLATE_"
MOST_PROCESSES = 4
MOST_LIMIT = 10_000_000
_DOMAIN = re.compile(r"localhost|(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def setting(help_text: str, *, default: Any, secret: bool = False) -> Any:
    """Declare one setting. `help_text` is what `docs/configuration.md` and error messages show."""
    return field(default=default, metadata={"help": help_text, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Typed settings. Field `database_url` is read from `NAMEPLATE_DATABASE_URL` and so on."""

    data_dir: Path = setting(
        "Where the embedded engines and the secrets made by `up` live.", default=Path(".nameplate")
    )
    host: str = setting("Address the web processes listen on.", default="127.0.0.1")
    port: int = setting("Port the web processes listen on.", default=8080)
    domain: str = setting(
        "Host name for which `up` runs Caddy in front, with HTTPS: what `up --domain` sets.", default=""
    )
    http_port: int = setting("Port of that Caddy, which sends to HTTPS.", default=80)
    https_port: int = setting("Port of that Caddy for HTTPS.", default=443)
    public_url: str = setting(
        "The address people type, without a trailing slash. Default: http://HOST:PORT.", default=""
    )
    web_processes: int = setting("Web processes. 0: one per core, at most 4.", default=0)
    database_url: str = setting(
        "postgresql:// address. Empty: `up` runs its own PostgreSQL.", default="", secret=True
    )
    valkey_url: str = setting(
        "valkey:// or redis:// address. Empty: `up` runs its own Valkey.", default="", secret=True
    )
    s3_endpoint: str = setting(
        "http(s):// address of the S3 service. Empty: `up` runs its own SeaweedFS.", default=""
    )
    s3_bucket: str = setting("Bucket that holds the assets.", default="nameplate")
    s3_region: str = setting("Region the S3 service expects.", default="us-east-1")
    s3_path_style: bool = setting(
        "Whether the bucket is part of the path (`true`) or of the host name, as AWS prefers it (`false`).",
        default=True,
    )
    s3_checksums: bool = setting(
        "Whether uploads carry a SHA-256 that the store compares. `false`: for stores that do not know it.",
        default=True,
    )
    s3_access_key: str = setting("S3 access key id.", default="", secret=True)
    s3_secret_key: str = setting("S3 secret access key.", default="", secret=True)
    asset_base_url: str = setting(
        "CDN address that serves /a/ instead of this server. Empty: this server.", default=""
    )
    asset_cache_dir: Path = setting(
        "Folder for copies of images, which web processes of a machine share. Default: asset-cache in DATA_DIR.",
        default=Path(),
    )
    asset_cache_mb: int = setting("Megabytes of that folder. 0: no copies on disk.", default=512)
    upload_megabytes: int = setting("Size of the largest upload, in MB.", default=10)
    upload_megapixels: int = setting("Pixels of the largest picture, in millions.", default=50)
    asset_quota_megabytes: int = setting("What the pictures of one account may take, in MB.", default=200)
    asset_quota_count: int = setting("Pictures that one account may keep.", default=150)
    asset_pending_megabytes: int = setting(
        "What all accounts may upload while the object storage is away, in MB: kept in PostgreSQL.",
        default=512,
    )
    asset_pending_account_megabytes: int = setting("Of these, what one account may, in MB.", default=32)
    secret_key: str = setting("32 or more random characters. `up` makes one.", default="", secret=True)
    trusted_proxies: tuple[type_network, ...] = setting(
        "Comma-separated networks whose X-Forwarded-For is believed, counted from the right.", default=()
    )
    rate_limit: int = setting("Requests to the API and of events a minute and address.", default=100)
    rate_limit_allow: tuple[type_network, ...] = setting(
        "Comma-separated networks whose requests are not limited.", default=()
    )
    rate_limit_user: int = setting(
        "Requests a minute of each account, which then do not count for their address. 0: they count.",
        default=0,
    )
    rate_limit_pages: int = setting(
        "Requests for pages, short links and files a minute, address and web process.", default=6000
    )
    rate_limit_log_in: int = setting("Attempts to log in within a quarter of an hour.", default=10)
    rate_limit_sign_up: int = setting("Accounts made in an hour from one address.", default=20)
    rate_limit_mails: int = setting("Mails a day to one mailbox that strangers can cause.", default=6)
    rate_limit_uploads: int = setting("Uploads an hour of each account.", default=120)
    rate_limit_exports: int = setting("Exports an hour of each account.", default=60)
    github_api_url: str = setting("GitHub's API, or GitHub Enterprise's.", default="https://api.github.com")
    github_url: str = setting(
        "GitHub's web address, used for log-in with GitHub.", default="https://github.com"
    )
    github_tokens: tuple[str, ...] = setting(
        "Comma-separated GitHub tokens that read public data. Empty: 60 requests an hour without one.",
        default=(),
        secret=True,
    )
    github_sync_interval: int = setting(
        "Minutes between two looks at a repository, at least, whatever its owner wishes; 15 to 10080.",
        default=15,
    )
    github_client_id: str = setting("OAuth app id. Empty: no log-in with GitHub.", default="")
    github_client_secret: str = setting("OAuth app secret.", default="", secret=True)
    geoip_db: tuple[Path, ...] = setting(
        "Comma-separated MaxMind-format files. Empty: DB-IP City Lite, fetched at set-up.", default=()
    )
    retention_months: int = setting(
        "Whole months raw events are kept, besides this one; at least 2. 0: for ever.", default=13
    )
    session_idle_days: int = setting("Days after which an unused log-in ends.", default=30)
    session_days: int = setting("Days after which every log-in ends, used or not.", default=180)
    audit_days: int = setting("Days the security log is kept, at least 31. 0: for ever.", default=365)
    smtp_url: str = setting(
        "smtp://user:password@host:587 (STARTTLS) or smtps://. Empty: mails are shown on the terminal.",
        default="",
        secret=True,
    )
    mail_from: str = setting("Sender of the mails. Default: nameplate@ the public host.", default="")
    security_contact: str = setting(
        "mailto: or https:// address in /.well-known/security.txt. Empty: there is none.", default=""
    )
    web_dir: Path = setting("The built dashboard. Default: web/build beside the sources.", default=Path())
    log_level: str = setting("debug, info, warning or error.", default="info")
    sign_up: bool = setting(
        "Whether strangers may sign up. `false`: accounts come from `nameplate demo` only.", default=True
    )

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting.

        Raises SettingsError, whose message names the variable and says what it wants.
        """
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        known = {PREFIX + f.name.upper() for f in fields(cls)}
        for name in environ:
            if name.startswith(PREFIX) and name.removesuffix("_FILE") not in known and name not in known:
                raise SettingsError(f"{name} is not a setting of Nameplate; see docs/configuration.md.")
        for f in fields(cls):
            variable = PREFIX + f.name.upper()
            text = _read(environ, variable)
            if text is not None and text != "":
                values[f.name] = _parse(variable, text, hints[f.name])
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        _want_url("NAMEPLATE_PUBLIC_URL", self.public_url, {"http", "https"})
        _want_url("NAMEPLATE_DATABASE_URL", self.database_url, {"postgresql", "postgres"})
        _want_url("NAMEPLATE_VALKEY_URL", self.valkey_url, {"valkey", "valkeys", "redis", "rediss"})
        _want_url("NAMEPLATE_S3_ENDPOINT", self.s3_endpoint, {"http", "https"})
        _want_url("NAMEPLATE_ASSET_BASE_URL", self.asset_base_url, {"http", "https"})
        _want_url("NAMEPLATE_GITHUB_API_URL", self.github_api_url, {"http", "https"})
        _want_url("NAMEPLATE_GITHUB_URL", self.github_url, {"http", "https"})
        _want_url("NAMEPLATE_SMTP_URL", self.smtp_url, {"smtp", "smtps"})
        if self.domain and not _DOMAIN.fullmatch(self.domain):
            raise SettingsError("NAMEPLATE_DOMAIN is a host name such as links.example.org, or localhost.")
        contact = self.security_contact
        if contact and (not contact.startswith(("mailto:", "https://")) or not contact.isprintable()):
            raise SettingsError("NAMEPLATE_SECURITY_CONTACT must start with mailto: or https://.")
        for name in ("port", "http_port", "https_port"):
            if not 0 < getattr(self, name) < 65536:
                raise SettingsError(
                    f"NAMEPLATE_{name.upper()} must be between 1 and 65535, not {getattr(self, name)}."
                )
        if self.secret_key and len(self.secret_key) < 32:
            raise SettingsError(
                "NAMEPLATE_SECRET_KEY needs at least 32 characters; try `openssl rand -hex 32`."
            )
        if self.retention_months != 0 and not 2 <= self.retention_months <= 1200:
            raise SettingsError(
                f"NAMEPLATE_RETENTION_MONTHS must be 0 (for ever) or 2 to 1200, not {self.retention_months}."
            )
        if not 0 <= self.asset_cache_mb <= 1_000_000:
            raise SettingsError(
                f"NAMEPLATE_ASSET_CACHE_MB must be 0 (none) to 1000000, not {self.asset_cache_mb}."
            )
        for name in _LIMITS:
            if not (least := int(name == "rate_limit_user") ^ 1) <= getattr(self, name) <= MOST_LIMIT:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} must be {least} to {MOST_LIMIT}, not {getattr(self, name)}."
                )
        for name, days in (
            ("SESSION_IDLE_DAYS", self.session_idle_days),
            ("SESSION_DAYS", self.session_days),
        ):
            if not 1 <= days <= 400:
                raise SettingsError(f"NAMEPLATE_{name} must be 1 to 400, not {days}.")
        if self.audit_days != 0 and not 31 <= self.audit_days <= 36500:
            raise SettingsError(
                f"NAMEPLATE_AUDIT_DAYS must be 0 (for ever) or 31 and more, not {self.audit_days}."
            )
        for name in ("upload_megabytes", "upload_megapixels", "asset_quota_megabytes", "asset_quota_count"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{PREFIX}{name.upper()} must be at least 1.")
        if not 15 <= self.github_sync_interval <= 10080:
            raise SettingsError(
                f"NAMEPLATE_GITHUB_SYNC_INTERVAL must be 15 to 10080 minutes, not {self.github_sync_interval}."
            )
        if self.log_level not in {"debug", "info", "warning", "error"}:
            raise SettingsError("NAMEPLATE_LOG_LEVEL must be debug, info, warning or error.")

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash; never empty."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def processes(self) -> int:
        """How many web processes there are to be on this machine."""
        return self.web_processes or min(MOST_PROCESSES, len(os.sched_getaffinity(0)))

    @property
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies are marked Secure."""
        return self.base_url.startswith("https://")


_LIMITS = [f.name for f in fields(Settings) if f.name.startswith("rate_limit") and f.type in (int, "int")]


def _read(environ: Mapping[str, str], variable: str) -> str | None:
    file = environ.get(variable + "_FILE")
    if not file:
        return environ.get(variable)
    if environ.get(variable):
        raise SettingsError(f"Set either {variable} or {variable}_FILE, not both.")
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"{variable}_FILE names {file}, which cannot be read: {error.strerror}."
        ) from error


def _parse(variable: str, text: str, kind: Any) -> Any:
    try:
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[
                text.lower()
            ]
        if kind is int:
            return int(text)
        if kind is Path:
            return Path(text).expanduser()
        if kind == tuple[Path, ...]:
            return tuple(Path(part.strip()).expanduser() for part in text.split(",") if part.strip())
        if kind == tuple[str, ...]:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        if kind == tuple[type_network, ...]:
            return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except (KeyError, ValueError) as error:
        wanted = {bool: "true or false", int: "a whole number"}.get(
            kind, "a comma-separated list of networks"
        )
        raise SettingsError(f"{variable} must be {wanted}, not {text!r}.") from error
    return text


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


def is_time_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone this machine knows."""
    return name in zoneinfo.available_timezones()
