"""What `nameplate up` shows."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from nameplate.errors import StartError


class Screen:
    """Steps, progress and log lines, on a terminal or in a file."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.live = self.console.is_terminal
        self._render = structlog.dev.ConsoleRenderer(colors=self.live)
        self._lock = threading.Lock()

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Show that something is being done, and how long it took."""
        began = time.monotonic()
        if not self.live:
            self.console.print(f"{doing} ...", markup=False)
        failed = True
        try:
            if self.live:
                with self.console.status(f"{doing} ..."):
                    yield
            else:
                yield
            failed = False
        finally:
            took = time.monotonic() - began
            if self.live and not failed:
                self.console.print(Text.assemble(("  ✓ ", "green"), f"{doing} ", (f"{took:.1f} s", "dim")))

    @contextmanager
    def progress(self, doing: str) -> Iterator["Bars"]:
        """Progress bars for a step that counts."""
        with Bars(self, doing) as bars:
            yield bars

    def child_line(self, name: str, line: str) -> None:
        """A line a child process wrote: one of structlog's JSON lines, or anything else. Called from any thread."""
        if not line:
            return
        with self._lock:
            if self.live and (event := _event(line)) is not None:
                text = Text.from_ansi(str(self._render(None, "", event)))
            else:
                text = Text(line)
            self.console.print(Text.assemble((f"{name:<10} ", "cyan"), text))

    def ready(self, address: str, rows: list[tuple[str, str]], *, stop: str) -> None:
        """The one screen a newcomer needs."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(name, value)
        table.add_row("Stop", stop)
        self.console.print()
        self.console.print(
            Panel(table, title=f"Nameplate is running at {address}", expand=False, padding=(1, 2))
        )
        self.console.print()
        sys.stdout.flush()


class Bars:
    """Progress of a step that reports (title, done, total). Called from any thread."""

    def __init__(self, screen: Screen, doing: str) -> None:
        self._screen = screen
        self._doing = doing
        self._tasks: dict[str, Any] = {}
        self._told: dict[str, int] = {}
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=screen.console, transient=True, disable=not screen.live)

    def __enter__(self) -> "Bars":
        self._began = time.monotonic()
        self._progress.start()
        if not self._screen.live:
            self._screen.console.print(f"{self._doing} ...", markup=False)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._progress.stop()
        if self._tasks and self._screen.live and kind is None:
            took = f"{time.monotonic() - self._began:.1f} s"
            self._screen.console.print(Text.assemble(("  ✓ ", "green"), f"{self._doing} ", (took, "dim")))

    def __call__(self, step: str, done: int, total: int) -> None:
        if self._screen.live:
            if step not in self._tasks:
                self._tasks[step] = self._progress.add_task(f"{self._doing}: {step.lower()}", total=total)
            self._progress.update(self._tasks[step], completed=done, total=total)
            return
        tenth = 10 * done // max(total, 1)
        if tenth > self._told.get(step, -1) and tenth in (0, 5, 10):
            self._screen.console.print(f"  {step}: {done} of {total}", markup=False)
        self._told[step] = max(tenth, self._told.get(step, -1))


def _event(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if not isinstance(event, dict) or "event" not in event:
        return None
    moment = event.get("timestamp")
    if isinstance(moment, str) and "T" in moment:
        event["timestamp"] = moment.split("T")[1][:8]
    return event


def one_sentence(error: StartError | Exception) -> str:
    """An error's message on one line."""
    return " ".join(str(error).split())
