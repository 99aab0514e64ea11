"""Every setting: one frozen object, read once from `NAMEPLATE_*` (or `NAMEPLATE_*_FILE`)."""

import ipaddress
import os
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from nameplate.errors import SettingsError
from nameplate.settings_check import check

if TYPE_CHECKING:
    type_network = ipaddress.IPv4Network | ipaddress.IPv6Network
else:
    # msgspec, which gives handlers their dependencies, refuses a union of two classes it does not know.
    type_network = ipaddress._BaseNetwork
PREFIX = "NAMEPLATE_"
MOST_PROCESSES = 4
_TIME_ZONES = frozenset(zoneinfo.available_timezones())  # asking walks through folders


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
        "valkey:// or redis:// address; valkey+cluster:// for any node of a cluster. Empty: `up` runs its own Valkey.",
        default="",
        secret=True,
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
    cdn_max_age: int = setting(
        "Seconds a cache in front may keep a page; 0: none is there, or a day when CDN_PURGE_PROVIDER is set.",
        default=0,
    )
    cdn_purge_provider: str = setting("cloudflare or fastly: who is told of changed pages.", default="")
    cdn_purge_zone: str = setting("Cloudflare zone id, or Fastly service id.", default="")
    cdn_purge_token: str = setting("API token that may purge, and nothing else.", default="", secret=True)
    cdn_purge_url: str = setting("Another address of that API.", default="")
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
    drain: int = setting(
        "Seconds `serve` answers after SIGTERM while /readyz says 503; at most 60.", default=0
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
        check(settings)
        return settings

    @property
    def base_url(self) -> str:
        """The public address without a trailing slash; never empty."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "localhost" if self.host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def shared_max_age(self) -> int:
        """Seconds a cache in front may keep a page; 0 without one."""
        return self.cdn_max_age or (86_400 if self.cdn_purge_provider else 0)

    @property
    def processes(self) -> int:
        """How many web processes there are to be on this machine."""
        return self.web_processes or min(MOST_PROCESSES, len(os.sched_getaffinity(0)))

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


def is_time_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone this machine knows."""
    return name in _TIME_ZONES
