"""`nameplate up`: everything, on this machine, until Ctrl-C."""

import asyncio
import contextlib
import ipaddress
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from nameplate.commands.environment import child_environment
from nameplate.commands.folder import announced, check_room, locked
from nameplate.commands.listen import bind, check_address
from nameplate.commands.programs import START_LIMIT, Programs
from nameplate.commands.reach import check_engines
from nameplate.commands.screen import Screen
from nameplate.engines.caddy import LOCAL, Caddy, public_url
from nameplate.engines.embedded import Embedded
from nameplate.engines.engine import start as start_engine
from nameplate.engines.probe import http_status
from nameplate.engines.process import Process
from nameplate.engines.secrets import load_secrets
from nameplate.engines.supervisor import Supervisor
from nameplate.errors import StartError
from nameplate.logs import set_up_logs
from nameplate.migrate import migrate
from nameplate.settings import Settings

if TYPE_CHECKING:
    from nameplate.demo.api import DemoLogin

log = structlog.get_logger("up")


async def up(settings: Settings, screen: Screen, *, demo: bool) -> None:
    """Run until SIGINT or SIGTERM; SIGHUP reloads. Raises StartError when the start fails: nothing is left running."""
    set_up_logs(settings)
    folder = settings.data_dir.expanduser().absolute()
    with locked(folder), _signals() as (stop, reload):
        settings = behind_caddy(settings)
        check_address(settings.host, settings.port)
        check_room(folder)
        await check_engines(settings)
        embedded = Embedded(settings, load_secrets(folder / "secrets.json"))
        environment = child_environment(embedded.settings)
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics_folder(folder))
        supervisor = Supervisor()
        async with _stopped_by(stop), contextlib.AsyncExitStack() as started:
            with announced(folder, environment):
                started.push_async_callback(embedded.stop)
                # They import what they need while the engines start, and go on when the database is ready.
                listener = bind(settings.host, settings.port)
                started.callback(listener.close)
                programs = Programs(environment, listener, screen.child_line)
                programs.migrating = _with_owner(environment, embedded.settings)
                started.push_async_callback(_stop, screen, supervisor, programs)
                programs.start()
                await _start(embedded, supervisor, programs, screen, demo=demo)
                while not stop.is_set():
                    await reload.wait()
                    reload.clear()
                    await programs.renew(supervisor)


def _with_owner(environment: dict[str, str], settings: Settings) -> dict[str, str]:
    """`environment` for migrations, with the login of the schema's owner."""
    return {**environment, "NAMEPLATE_DATABASE_URL": settings.database_url}


def behind_caddy(settings: Settings) -> Settings:
    """With a domain: web processes that only Caddy reaches, and that believe it alone. Raises StartError when Caddy
    could not listen."""
    domain = settings.domain
    if not domain:
        return settings
    everywhere = "127.0.0.1" if domain in LOCAL else "0.0.0.0"  # noqa: S104
    check_address(everywhere, settings.http_port, "NAMEPLATE_HTTP_PORT")
    check_address(everywhere, settings.https_port, "NAMEPLATE_HTTPS_PORT")
    return replace(
        settings,
        public_url=public_url(domain, settings.https_port),
        host="127.0.0.1",
        trusted_proxies=(ipaddress.ip_network("127.0.0.1/32"),),
    )


def _caddy(settings: Settings, folder: Path) -> Caddy:
    return Caddy(folder / "caddy", settings.domain, settings.port, settings.http_port, settings.https_port)


async def _stop(screen: Screen, supervisor: Supervisor, programs: Programs) -> None:
    screen.console.print("Stopping ...")
    await supervisor.stop_watching()
    await programs.stop()


async def _start(
    embedded: Embedded, supervisor: Supervisor, programs: Programs, screen: Screen, *, demo: bool
) -> None:
    settings = embedded.settings
    if names := ", ".join(engine.name for engine in embedded.engines):
        with screen.step(f"Starting {names}"):
            await embedded.start()
    supervisor.start_watching()
    for engine in embedded.engines:
        supervisor.keep_engine(engine, embedded.processes[engine.name])
    with screen.step("Preparing the database"):
        await asyncio.to_thread(migrate, settings)
    programs.release()
    login = await _demo(settings, screen) if demo else None
    with screen.step("Starting the web processes"):
        await _answers(settings, programs.running["web"])
    programs.keep(supervisor)
    if settings.domain:
        with screen.step("Starting Caddy"):
            engine = _caddy(settings, embedded.folder)
            programs.in_front.append(await start_engine(engine, embedded.logs))
        supervisor.keep_engine(engine, programs.in_front[-1])
    _show(settings, embedded.folder, login, screen)


@contextlib.contextmanager
def _signals() -> Iterator[tuple[asyncio.Event, asyncio.Event]]:
    """Stop, and reload."""
    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    on_terminal = os.isatty(sys.stdout.fileno())

    def hung_up() -> None:
        # A terminal that was closed sends the same signal as somebody who wants a reload.
        (stop if on_terminal and not os.isatty(sys.stdout.fileno()) else reload).set()

    handlers = {signal.SIGINT: stop.set, signal.SIGTERM: stop.set, signal.SIGHUP: hung_up}
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield stop, reload
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


@contextlib.asynccontextmanager
async def _stopped_by(stop: asyncio.Event) -> AsyncIterator[None]:
    """Cancels what is inside when `stop` is set, and swallows that cancellation."""
    inside = asyncio.current_task()

    async def watch() -> None:
        await stop.wait()
        if inside is not None:
            inside.cancel()

    watcher = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        if inside is not None:
            inside.uncancel()
    finally:
        watcher.cancel()


def _metrics_folder(folder: Path) -> Path:
    metrics = folder / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(mode=0o700)
    return metrics


async def _demo(settings: Settings, screen: Screen) -> "DemoLogin | None":
    from nameplate.demo.api import ensure_demo

    with screen.progress("Filling the demo account") as bars:
        # In a loop of its own: filling it is busy work, and this loop keeps the processes alive.
        return await asyncio.to_thread(lambda: asyncio.run(ensure_demo(settings, bars)))


async def _answers(settings: Settings, web: Process) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    loop = asyncio.get_running_loop()
    deadline = loop.time() + START_LIMIT
    while await http_status(host, settings.port, "/healthz") != HTTPStatus.OK:
        if not web.alive:
            raise StartError("The web processes ended while they were starting; the lines above say why.")
        if loop.time() > deadline:
            raise StartError(
                f"The web processes do not answer at {host}, port {settings.port}, after a minute."
            )
        await asyncio.sleep(0.03)


def _show(settings: Settings, folder: Path, login: "DemoLogin | None", screen: Screen) -> None:
    rows: list[tuple[str, str]] = []
    if login is not None:
        rows += [
            ("Demo page", f"{settings.base_url}/{login.handle}"),
            ("Log in", f"{settings.base_url}/login"),
            ("  as", login.email),
            ("  with", login.password),
        ]
    elif settings.sign_up:
        rows.append(("Sign up", f"{settings.base_url}/signup"))
    rows.append(("Data", str(folder)))
    rows.append(("Logs", f"{folder / 'logs'} (engines), below (web, worker)"))
    stop = "Ctrl-C" if screen.live else f"Ctrl-C, or kill {os.getpid()}"
    screen.ready(settings.base_url, rows, stop=stop)
