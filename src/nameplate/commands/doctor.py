"""`nameplate doctor`: every dependency by name, its version, its state, and what to do."""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
from rich.console import Console
from rich.table import Table
from valkey.exceptions import ValkeyError

from nameplate.commands.folder import ROOM_AT_FIRST, load_settings, running
from nameplate.commands.reach import Reached, postgresql, s3, valkey, web_url
from nameplate.engines import postgres as own_postgres
from nameplate.engines import seaweedfs as own_seaweedfs
from nameplate.engines import valkey as own_valkey
from nameplate.errors import SettingsError, StartError
from nameplate.settings import Settings

GIGABYTE = 1024**3
OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 18
TIMEOUT = 6.0  # seconds for one reply of a mail server or of GitHub


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. `state`: ok, off (not used), warn, broken."""

    name: str
    version: str
    state: str
    text: str


def doctor(environ: Mapping[str, str]) -> None:
    """Print the findings; ends the program with exit code 1 when something required is broken."""
    findings = asyncio.run(examine(environ))
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "", "version", "state and what to do"):
        table.add_column(heading, overflow="fold")
    signs = {"ok": "[green]✓", "off": "[dim]–", "warn": "[yellow]![/]", "broken": "[red]✗"}
    for finding in findings:
        table.add_row(signs[finding.state], finding.name, finding.version, finding.text)
    console.print(table)
    broken = sum(finding.state == "broken" for finding in findings)
    console.print(f"\n{broken} broken." if broken else "\nEverything required is in order.")
    sys.exit(1 if broken else 0)


async def examine(environ: Mapping[str, str]) -> list[Finding]:
    """All findings, in the order of the table."""
    findings = [_python()]
    try:
        settings = load_settings(environ)
    except SettingsError as error:
        return [*findings, Finding("Settings", "", "broken", str(error))]
    up = running(settings.data_dir.expanduser().absolute())
    count = sum(name.startswith("NAMEPLATE_") for name in environ)
    started = f"`nameplate up` is running (process {up.pid})" if up else "`nameplate up` is not running"
    findings.append(Finding("Settings", "", "ok", f"{count} set in the environment; {started}"))
    findings += await asyncio.gather(
        _engine(
            "PostgreSQL",
            settings.database_url,
            own_postgres.version,
            lambda: _postgresql(settings),
            "DATABASE_URL",
        ),
        _engine(
            "Valkey",
            settings.valkey_url,
            own_valkey.version,
            lambda: valkey(settings.valkey_url),
            "VALKEY_URL",
        ),
        _engine(
            "S3 storage", settings.s3_endpoint, own_seaweedfs.version, lambda: s3(settings), "S3_ENDPOINT"
        ),
    )
    findings += [await _isolation(settings)] if settings.database_url and settings.secret_key else []
    findings += [_geolocation(settings), _dashboard(settings), _disk(settings)]
    findings += [await _violations(settings)] if settings.valkey_url else []
    findings += await asyncio.gather(_mail(settings), _github(settings))
    return findings


def _python() -> Finding:
    state = "ok" if sys.version_info >= OLDEST_PYTHON else "broken"
    return Finding("Python", platform.python_version(), state, sys.executable)


async def _engine(
    name: str, url: str, own_version: Callable[[], str], reach: Callable[[], Awaitable[Reached]], setting: str
) -> Finding:
    """An engine that settings (or a running `up`) lead to, or the program `up` would start."""
    if not url:
        try:
            version = await asyncio.to_thread(own_version)
        except StartError as error:
            return Finding(name, "", "broken", str(error))
        return Finding(name, version, "ok", f"installed; `nameplate up` starts it (no NAMEPLATE_{setting})")
    place = urlsplit(url)
    where = f"{place.hostname}:{place.port}" if place.port else str(place.hostname)
    try:
        reached = await reach()
    except StartError as error:
        return Finding(name, "", "broken", f"{where}: {error}; start it, or change NAMEPLATE_{setting}")
    return Finding(name, reached.version, "ok", f"answers at {where}")


async def _postgresql(settings: Settings) -> Reached:
    if not settings.secret_key:
        raise StartError("NAMEPLATE_SECRET_KEY is not set, from which the passwords of its roles are made")
    reached = await postgresql(web_url(settings))
    if int(reached.version.split(".")[0]) < OLDEST_POSTGRESQL:
        raise StartError(f"it is version {reached.version}, and {OLDEST_POSTGRESQL} or newer is needed")
    return reached


async def _isolation(settings: Settings) -> Finding:
    """Roles, policies and grants as the migrations declare them."""
    from nameplate.isolation.guard import check

    try:
        found = await check(settings)
    except (psycopg.Error, TimeoutError):
        return Finding("Isolation", "", "broken", "cannot be looked at while PostgreSQL does not answer")
    if not found:
        return Finding("Isolation", "", "ok", "roles, policies and grants are as declared")
    shown = [f"{fault.what}: {fault.mend}" for fault in found[:10]]
    more = [f"and {len(found) - 10} more"] if len(found) > 10 else []
    return Finding("Isolation", "", "broken", "\n".join([*shown, *more]))


async def _violations(settings: Settings) -> Finding:
    """What browsers reported of our Content Security Policy."""
    from nameplate.cache import Cache
    from nameplate.http.csp_reports import recent

    try:
        async with Cache(settings) as cache:
            found = await recent(cache.client, days=7)
    except (ValkeyError, OSError):
        return Finding("Policy reports", "", "off", "cannot be looked at while Valkey does not answer")
    if not found:
        return Finding("Policy reports", "", "ok", "no browser was kept from anything in the last 7 days")
    # Extensions and somebody who plays bring these about as well.
    shown = [f"{times}x {kind.directive}: {kind.blocked} on a {kind.page}" for kind, times in found[:5]]
    return Finding("Policy reports", "", "warn", "kept back in the last 7 days:\n" + "\n".join(shown))


def _geolocation(settings: Settings) -> Finding:
    import maxminddb

    from nameplate.analytics.geo import DEFAULT

    files = list(settings.geoip_db) or sorted(DEFAULT.glob("*.mmdb"))
    if not files:
        text = "no file: countries stay unknown; run `make geoip`, or set NAMEPLATE_GEOIP_DB"
        return Finding("Geolocation", "", "warn", text)
    dates = []
    for file in files:
        try:
            with maxminddb.open_database(file) as reader:
                dates.append(reader.metadata().build_epoch)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            text = f"{file} cannot be read ({error}); fetch it again, or change NAMEPLATE_GEOIP_DB"
            return Finding("Geolocation", "", "broken" if settings.geoip_db else "warn", text)
    from datetime import UTC, datetime

    made = datetime.fromtimestamp(min(dates), UTC)
    age = (datetime.now(UTC) - made).days
    where = ", ".join(file.name for file in files)
    if age > 400:
        return Finding("Geolocation", f"{made:%Y-%m}", "warn", f"{where}: {age} days old; run `make geoip`")
    return Finding("Geolocation", f"{made:%Y-%m}", "ok", where)


def _dashboard(settings: Settings) -> Finding:
    from nameplate.http.static_files import default_folder

    index = default_folder(settings.web_dir) / "index.html"
    if not index.is_file():
        text = f"not built: {index} is missing; run `make web`, or set NAMEPLATE_WEB_DIR"
        return Finding("Dashboard", "", "broken", text)
    return Finding("Dashboard", "", "ok", str(index.parent))


def _disk(settings: Settings) -> Finding:
    folder = settings.data_dir.expanduser().absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / GIGABYTE:.1f} GB free for {folder}"
    if not os.access(existing, os.W_OK):
        return Finding("Data folder", "", "broken", f"{folder} cannot be written; set NAMEPLATE_DATA_DIR")
    if free < ROOM_AT_FIRST:
        return Finding("Data folder", "", "broken", f"{text}; make room, or set NAMEPLATE_DATA_DIR")
    return Finding("Data folder", "", "warn" if free < 2 * GIGABYTE else "ok", text)


async def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding(
            "Mail", "", "off", "not set up: mails are shown on the terminal; set NAMEPLATE_SMTP_URL to send"
        )
    place = urlsplit(settings.smtp_url)
    port = place.port or (465 if place.scheme == "smtps" else 587)
    where = f"{place.hostname}:{port}"
    try:
        greeting = await asyncio.to_thread(_greeting, place.scheme, str(place.hostname), port)
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        return Finding("Mail", "", "broken", f"{where} does not answer ({reason}); check NAMEPLATE_SMTP_URL")
    return Finding("Mail", "", "ok", f"{where} answers: {greeting[:60]}")


def _greeting(scheme: str, host: str, port: int) -> str:
    import smtplib

    kind = smtplib.SMTP_SSL if scheme == "smtps" else smtplib.SMTP
    # SMTPException is an OSError.
    with kind(host, port, timeout=TIMEOUT) as server:
        return server.noop()[1].decode("utf-8", "replace")


async def _github(settings: Settings) -> Finding:
    if not settings.github_client_id:
        text = "not set up; set NAMEPLATE_GITHUB_CLIENT_ID and NAMEPLATE_GITHUB_CLIENT_SECRET to offer it"
        return Finding("GitHub log-in", "", "off", text)
    if not settings.github_client_secret:
        return Finding("GitHub log-in", "", "broken", "set NAMEPLATE_GITHUB_CLIENT_SECRET as well")
    import httpx

    try:
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            answer = await client.head(settings.github_url)
    except httpx.HTTPError as error:
        text = f"{settings.github_url} does not answer ({type(error).__name__})"
        return Finding("GitHub log-in", "", "broken", f"{text}; check the network, or NAMEPLATE_GITHUB_URL")
    return Finding("GitHub log-in", "", "ok", f"{settings.github_url} answers ({answer.status_code})")
