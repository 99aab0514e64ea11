"""What `nameplate up` and `nameplate demo` call."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

from nameplate.accounts.passwords import Passwords
from nameplate.analytics.counting import queries as counting
from nameplate.analytics.folding import jobs as folding
from nameplate.analytics.noticed import jobs as noticed
from nameplate.cache import Cache
from nameplate.db import Database, SystemDatabase
from nameplate.demo import account, images, page, projects, queries, reset
from nameplate.demo.plan import make_plan
from nameplate.demo.traffic import REMEMBER, Traffic
from nameplate.errors import StartError
from nameplate.profiles import handles
from nameplate.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called as progress(step, done, total) with a short title such as "Events", often enough for a moving bar.

A step begins with done = 0 and is over once done = total. The steps: Removing, Events.
"""

EVENTS = 60_000
YEAR, QUARTER = 365, 90
VOLUME = 1_000_000  # from so many events on it is about volume, and benchmarks look at a quarter of a year
FOREVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How to log in to the demo account."""

    handle: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Options:
    """What to fill. The same options give the same events, but for the time that has passed."""

    handle: str = page.HANDLE
    events: int = EVENTS
    days: int = YEAR
    seed: int = 1


def usual_days(events: int) -> int:
    return YEAR if events < VOLUME else QUARTER


def login_file(settings: Settings, handle: str = page.HANDLE) -> Path:
    """Where the login is kept for later starts, readable by its owner only."""
    name = "demo-login" if handle == page.HANDLE else f"demo-login-{handle}"
    return settings.data_dir.expanduser().absolute() / f"{name}.txt"


async def ensure_demo(settings: Settings, progress: Progress) -> DemoLogin | None:
    """Fill the demo account if this installation holds no account yet, and say how to log in to it.

    For `up`, after the migrations; `settings` must lead to a running PostgreSQL. A fill that was interrupted is
    finished. None when the installation is somebody's own: it has other accounts, or the demo was deleted.
    """
    async with Database(settings) as db, SystemDatabase(settings) as system:
        known = _any_login(settings)
        handle = known.handle if known else page.HANDLE
        found = await account.find(db, handle)
        if found.owner is None and (known is not None or await account.anybody(db)):
            return None
        if found.owner is not None and found.owner != page.account_id(handle):
            return None
        if found.created_at is not None and await _finished(system, found):
            return known
        try:
            return await _fill(settings, db, system, found, Options(handle), progress, datetime.now(UTC))
        except StartError:
            # Begun by `nameplate demo` with options of its own: not ours to finish.
            return None


async def fill(
    settings: Settings,
    options: Options,
    progress: Progress,
    *,
    anew: bool = False,
    now: datetime | None = None,
) -> DemoLogin:
    """Make the demo account, or finish making it. `anew`: remove the one there is, first.

    Raises StartError in one sentence when there is one already, or the handle cannot be used. `now`: when the last
    event may have happened.
    """
    if problem := handles.check(options.handle):
        raise StartError(f"The handle {options.handle!r} cannot be used: {problem[1]}")
    async with Database(settings) as db, SystemDatabase(settings) as system:
        found = await account.find(db, options.handle)
        mine = page.account_id(options.handle)
        if found.owner not in (None, mine):
            raise StartError(
                f"The handle {options.handle!r} belongs to an account that `nameplate demo` did not make; "
                "choose another one with --handle."
            )
        if found.owner == mine and anew:
            await reset.remove(system, mine, lambda done, total: progress("Removing", done, total))
            if found.created_at is not None:
                async with system.as_worker() as tx:
                    # The one mark that is not forgotten by itself.
                    await queries.forget(tx, [_finish_mark(mine, found.created_at)])
            found = await account.find(db, options.handle)
        elif found.created_at is not None and await _finished(system, found):
            raise StartError(
                f"There is a demo account already, {settings.base_url}/{options.handle} (log-in: "
                f"{login_file(settings, options.handle)}); --reset removes it and makes a new one, --handle makes "
                "another one."
            )
        return await _fill(settings, db, system, found, options, progress, now or datetime.now(UTC))


async def _finished(system: SystemDatabase, found: account.Found) -> bool:
    assert found.owner is not None  # noqa: S101
    assert found.created_at is not None  # noqa: S101
    async with system.as_consumer() as tx:
        return bool(await queries.counted(tx, [_finish_mark(found.owner, found.created_at)]))


def _finish_mark(owner: UUID, created_at: datetime) -> UUID:
    return uuid5(owner, f"finished {created_at.astimezone(UTC).isoformat()}")


async def _fill(
    settings: Settings,
    db: Database,
    system: SystemDatabase,
    found: account.Found,
    options: Options,
    progress: Progress,
    now: datetime,
) -> DemoLogin:
    owner = page.account_id(options.handle)
    if found.owner is not None and found.created_at is None:
        raise StartError(
            "The demo account was closed and its rows are being removed; use --reset, or wait a minute."
        )
    # An interrupted fill goes on with the time it began with, which the age of its account tells.
    length = timedelta(days=options.days)
    until = now if found.created_at is None else found.created_at + length
    since = until - length
    key = f"{options.events} {options.days} {options.seed} {until.astimezone(UTC).isoformat()}"
    plan = make_plan(Random(options.seed), events=options.events, days=options.days, until=until)  # noqa: S311
    traffic = Traffic(system, owner, options.seed, plan, key)
    begun, finished = uuid5(owner, f"begun {key}"), _finish_mark(owner, since)
    await _begin(system, found, begun, [finished, *traffic.ids])
    login = await _login(settings, db, options.handle, found, since=since, until=until)
    await traffic.fill(lambda done: progress("Events", done, options.events))
    await folding.fold_account(system, owner, lambda done, total: progress("Folding", done, total))
    await noticed.fold_account(system, owner, lambda done, total: progress("Folding taps", done, total))
    await projects.write(system, db, options.handle, until)
    await images.show(settings, db, options.handle, until)
    await account.publish(db, options.handle, until)
    async with system.as_consumer() as tx:
        await counting.claim_batches(tx, [finished], FOREVER)
    if settings.valkey_url:
        async with Cache(settings) as cache:
            await cache.publish_page_changed(options.handle)
    return login


async def _begin(system: SystemDatabase, found: account.Found, begun: UUID, later: list[UUID]) -> None:
    """Mark the fill as begun, or see that it is the one that was. `later`: marks it will leave besides."""
    if found.created_at is None:
        async with system.as_worker() as tx:
            # Of a fill with the same options at the same moment, removed since.
            await queries.forget(tx, [begun, *later])
        async with system.as_consumer() as tx:
            await counting.claim_batches(tx, [begun], REMEMBER)
        return
    async with system.as_consumer() as tx:
        if not await queries.counted(tx, [begun]):
            raise StartError(
                "A demo account was begun with other options and not finished; run that command again to go on, "
                "or use --reset to begin anew."
            )


async def _login(
    settings: Settings, db: Database, handle: str, found: account.Found, *, since: datetime, until: datetime
) -> DemoLogin:
    """Make the account, or give the one there is a password we know."""
    known = read_login(login_file(settings, handle))
    password = known.password if known else secrets.token_urlsafe(12)
    login = DemoLogin(handle, account.email(handle), password)
    # Kept first: an account whose password nobody knows is of no use.
    write_login(settings, login)
    password_hash = await Passwords().hash(password)
    if found.created_at is not None:
        await account.set_password(db, handle, password_hash)
    elif not await account.write_page(db, handle, password_hash, since=since, until=until):
        raise StartError(
            f"The handle {handle!r} was taken by somebody just now; choose another one with --handle."
        )
    return login


def write_login(settings: Settings, login: DemoLogin) -> None:
    file = login_file(settings, login.handle)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(f"handle: {login.handle}\nemail: {login.email}\npassword: {login.password}\n")
        out.write(f"address: {settings.base_url}/login\n")
    part.replace(file)


def read_login(file: Path) -> DemoLogin | None:
    """None when there is no file, or it is not one of ours."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    words = dict(line.split(": ", 1) for line in lines if ": " in line)
    try:
        return DemoLogin(words["handle"], words["email"], words["password"])
    except KeyError:
        return None


def _any_login(settings: Settings) -> DemoLogin | None:
    """The usual demo's, else that of another one."""
    usual = login_file(settings)
    found = (read_login(file) for file in [usual, *sorted(usual.parent.glob("demo-login-*.txt"))])
    return next((login for login in found if login is not None), None)
