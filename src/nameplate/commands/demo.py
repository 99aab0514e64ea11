"""`nameplate demo`: fill an account to look at, also with millions of events."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import psycopg
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.prompt import Confirm
from rich.table import Table

from nameplate.commands.folder import check_room, load_settings, locked, running
from nameplate.commands.listen import require
from nameplate.demo.api import DemoLogin, Options, fill, login_file
from nameplate.demo.tidy import can_tidy, tidy
from nameplate.engines.engine import start
from nameplate.engines.postgres import Postgres
from nameplate.engines.process import free_port
from nameplate.engines.secrets import load_secrets
from nameplate.errors import StartError, Unavailable
from nameplate.migrate import migrate
from nameplate.settings import Settings

INTERRUPTED = 130  # what shells call ended by Ctrl-C
MANY = 1000  # of what a rate says something
TIDY_FROM = 200_000  # events; below that it is done before anybody looks


class Steps:
    """A bar with rate and time left for each step, or now and then a line where there is no terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.rates: dict[str, float] = {}
        """Units per second of each step that is over."""
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, tuple[float, int]] = {}
        self._told: dict[str, float] = {}
        self._bars = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[count]}", justify="right"),
            TextColumn("{task.fields[rate]}", justify="right"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "Steps":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        began, at_first = self._began.setdefault(step, (now, done))
        rate = (done - at_first) / max(now - began, 1e-3)
        shown = f"{rate:,.0f}/s" if done > at_first and total >= MANY else ""
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total, rate="", count="")
        count = f"{done:,} of {total:,}" if total > 1 else ""
        self._bars.update(self._tasks[step], completed=done, total=total, rate=shown, count=count)
        if done >= total:
            self.rates[step] = rate
        if not self.console.is_terminal and (done >= total or now - self._told.get(step, 0.0) >= 2):
            self._told[step] = now
            left = f", {(total - done) / rate:,.0f} s left" if rate and done < total else ""
            self.console.print(
                f"{step}: {done:,} of {total:,}{f' ({shown}{left})' if shown else ''}", markup=False
            )


def demo(environ: Mapping[str, str], options: Options, *, anew: bool, yes: bool) -> int:
    """The exit code. Raises StartError or SettingsError, in one sentence, when there is nothing to fill or no way."""
    console = Console(highlight=False, soft_wrap=True)
    settings = load_settings(environ)
    if anew and not yes:
        _confirm(console, options)
    began = time.monotonic()
    try:
        with Steps(console) as steps:
            login = asyncio.run(_run(settings, options, steps, anew=anew))
    except KeyboardInterrupt:
        console.print(
            "\nInterrupted. What is made is whole and the page stays unpublished: run the same command again to go on, "
            "or add --reset to begin anew.",
            markup=False,
        )
        return INTERRUPTED
    _show(console, settings, options, login, steps.rates.get("Events", 0.0), time.monotonic() - began)
    return 0


def _confirm(console: Console, options: Options) -> None:
    if not sys.stdin.isatty():
        raise StartError(
            "--reset removes the demo account and its events; add --yes to say that this is meant."
        )
    question = f"Remove the demo account {options.handle!r} with all of its links and events?"
    if not Confirm.ask(question, console=console, default=False):
        raise StartError("Nothing was changed.")


async def _run(settings: Settings, options: Options, steps: Steps, *, anew: bool) -> DemoLogin:
    async with _database(settings, steps) as usable:
        try:
            login = await fill(usable, options, steps, anew=anew)
        except psycopg.errors.UndefinedTable as error:
            raise StartError("The database has no tables yet; run `nameplate migrate` first.") from error
        except Unavailable as error:
            raise StartError(
                "The database does not answer; once it does, run the same command again: it goes on where it was."
            ) from error
        if options.events >= TIDY_FROM and can_tidy(usable):
            await tidy(usable, lambda done, total: steps("Tidying", done, total))
        return login


@asynccontextmanager
async def _database(settings: Settings, steps: Steps) -> AsyncIterator[Settings]:
    """Settings that lead to a running, migrated PostgreSQL: the one they name, or our own for as long as we need it."""
    if settings.database_url:
        require(settings, "secret_key", "database_url")
        yield settings
        return
    folder = settings.data_dir.expanduser().absolute()
    with locked(folder):
        check_room(folder)
        secrets = load_secrets(folder / "secrets.json")
        postgres = Postgres(folder / "postgres", free_port(set()), secrets)
        steps("PostgreSQL", 0, 1)
        (folder / "logs").mkdir(parents=True, exist_ok=True, mode=0o700)
        process = await start(postgres, folder / "logs")
        try:
            usable = replace(
                settings,
                secret_key=settings.secret_key or secrets.secret_key,
                database_url=postgres.addresses()["database_url"],
            )
            await asyncio.to_thread(migrate, usable)
            steps("PostgreSQL", 1, 1)
            yield usable
        finally:
            await process.stop()
            postgres.clear_up()


def _show(
    console: Console, settings: Settings, options: Options, login: DemoLogin, rate: float, took: float
) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    made = f"{options.events:,} over {options.days} days, in {took:.1f} s"
    table.add_row("Events", f"{made} ({rate:,.0f} events/s)" if rate else made)
    table.add_row("Page", f"{settings.base_url}/{login.handle}")
    table.add_row("Log in", f"{settings.base_url}/login")
    table.add_row("  as", login.email)
    table.add_row("  with", login.password)
    table.add_row("Kept in", str(login_file(settings, login.handle)))
    console.print(table)
    if not settings.database_url and running(settings.data_dir.expanduser().absolute()) is None:
        console.print("Start Nameplate with `nameplate up` to look at it.", markup=False)
