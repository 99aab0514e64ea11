"""Every setting: one frozen object, read once from `NAMEPLATE_*` (or `NAMEPLATE_*_FILE`)."""

import ipaddress
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
    s3_access_key: str = setting("S3 access key id.", default="", secret=True)
    s3_secret_key: str = setting("S3 secret access key.", default="", secret=True)
    asset_base_url: str = setting(
        "CDN address that serves /a/ instead of this server. Empty: this server.", default=""
    )
    secret_key: str = setting("32 or more random characters. `up` makes one.", default="", secret=True)
    trusted_proxies: tuple[type_network, ...] = setting(
        "Comma-separated networks whose X-Forwarded-For is believed, counted from the right.", default=()
    )
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
    smtp_url: str = setting(
        "smtp://user:password@host:587 (STARTTLS) or smtps://. Empty: mails are shown on the terminal.",
        default="",
        secret=True,
    )
    mail_from: str = setting("Sender of the mails. Default: nameplate@ the public host.", default="")
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
        if not 0 < self.port < 65536:
            raise SettingsError(f"NAMEPLATE_PORT must be between 1 and 65535, not {self.port}.")
        if self.secret_key and len(self.secret_key) < 32:
            raise SettingsError(
                "NAMEPLATE_SECRET_KEY needs at least 32 characters; try `openssl rand -hex 32`."
            )
        if self.retention_months != 0 and not 2 <= self.retention_months <= 1200:
            raise SettingsError(
                f"NAMEPLATE_RETENTION_MONTHS must be 0 (for ever) or 2 to 1200, not {self.retention_months}."
            )
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
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies are marked Secure."""
        return self.base_url.startswith("https://")


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
