"""A server on one core, the load on another, and ratios to a bare application in the same run.

    with Bench() as bench:
        site = bench.nameplate()
        bare = bench.bare(site.port, request("/ann"))
        compare({"page": Case(site, [request("/ann")]), "bare": Case(bare, [request("/ann")])}, base="bare")

Machines are noisy and differ, so a figure is a ratio of two things measured in turns, round by round.
"""

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import psutil

from benchmarks.load import Sample, WrongAnswer, fetch, request, run
from nameplate.commands.environment import child_environment
from nameplate.engines.embedded import Embedded
from nameplate.engines.postgres import Postgres
from nameplate.engines.process import Launch, Process, free_port
from nameplate.engines.secrets import load_secrets
from nameplate.migrate import migrate
from nameplate.settings import Settings
from nameplate.settings_check import MOST_LIMIT

_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = _CORES[0]
LOAD_CORE = _CORES[-1]
# Written by the server itself on every answer, bare or not.
_GRANIANS_OWN = {"date", "server"}


@dataclass(slots=True)
class Server:
    """A server that answers on `port`; `start_up` is the seconds it took."""

    name: str
    port: int
    process: Process
    start_up: float

    def cpu(self) -> float:
        """Seconds of processor time its processes used so far."""
        parent = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
        return sum(spent.user + spent.system for spent in times)

    def metrics(self) -> dict[str, float]:
        """What /metrics says now: series, labels included, to value."""
        plain = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"  # not compressed
        text = fetch(self.port, plain)[2].decode()
        pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {series: float(value) for series, _, value in pairs}

    def statements(self) -> float:
        """SQL statements sent to PostgreSQL since the server started."""
        series = re.compile(r"nameplate_db_statements_total\b")
        return sum(value for name, value in self.metrics().items() if series.match(name))


class Bench:
    """Real engines, migrated, with their data in a temporary folder or in `kept`.

    They share SERVER_CORE with what is measured, or, with `beside`, the load's: what is measured has a core to itself.
    """

    def __init__(self, kept: Path | None = None, *, beside: bool = False, **settings: Any) -> None:
        self._engines_core = LOAD_CORE if beside else SERVER_CORE
        self.folder = kept or Path(tempfile.mkdtemp(prefix="nameplate-bench-"))
        self._kept = kept is not None
        # PostgreSQL refuses to run as root: another user must be able to reach its folder.
        self.folder.chmod(0o755)
        secrets = load_secrets(self.folder / "secrets.json")
        # The same limits as everywhere, with a number that one address of a benchmark does not reach.
        given = {"web_processes": 1, "log_level": "warning", "rate_limit": MOST_LIMIT, **settings}
        self._embedded = Embedded(Settings(data_dir=self.folder, **given), secrets)
        self.settings = self._embedded.settings
        self._processes: list[Process] = []
        self._answers = 0

    def __enter__(self) -> Self:
        if len(_CORES) == 1:
            say("This machine has one core: server and load share it, and the ratios say less.")
        os.sched_setaffinity(0, {self._engines_core})  # inherited by what is started from here
        try:
            say("Starting PostgreSQL, Valkey and SeaweedFS ...")
            asyncio.run(self._embedded.start())
            migrate(self.settings)
        except BaseException:
            self.__exit__()
            raise
        os.sched_setaffinity(0, {LOAD_CORE})
        return self

    def __exit__(self, *_: object) -> None:
        async def stop() -> None:
            for process in reversed(self._processes):
                await process.stop()
            await self._embedded.stop()

        asyncio.run(stop())
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.sched_setaffinity(0, set(_CORES))

    @property
    def admin_url(self) -> str:
        """The database as superuser, to fill it and to look at it."""
        engine = next(engine for engine in self._embedded.engines if isinstance(engine, Postgres))
        return engine.admin_url("nameplate")

    def stop_valkey(self) -> None:
        """From now on there is none."""
        asyncio.run(self._embedded.processes["Valkey"].stop())

    def nameplate(self, *, name: str = "nameplate", **changes: Any) -> Server:
        """`nameplate serve` with one web process. `changes` are settings."""
        settings = replace(self.settings, port=free_port(), **changes)
        command = [sys.executable, "-m", "nameplate", "serve"]
        return self._start(name, command, child_environment(settings), settings.port, "/healthz")

    def worker(self, **changes: Any) -> Process:
        """`nameplate work`: the consumer of events, jobs and schedules."""
        settings = replace(self.settings, **changes)
        command = [sys.executable, "-m", "nameplate", "work"]
        return self._launch("worker", command, child_environment(settings))

    def bare(self, port: int, data: bytes, *, name: str = "bare", patient: bool = False) -> Server:
        """An application that gives the same answer as the server at `port` gives to `data`, byte for byte.

        `patient`: with its threads scheduled as those of our web processes are (nameplate.commands.patience).
        """
        status, headers, body = fetch(port, data)
        kept = [(key, value) for key, value in headers if key not in _GRANIANS_OWN]
        self._answers += 1
        file = self.folder / f"answer-{self._answers}.json"
        answer = {"status": status, "headers": kept, "body": base64.b64encode(body).decode()}
        file.write_text(json.dumps(answer), "utf-8")
        number = free_port()
        command = [
            sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--loop", "uvloop", "--no-ws",
            "--no-log", "--host", "127.0.0.1", "--port", str(number), "benchmarks.bare:app",
        ]  # fmt: skip
        environment = {**os.environ, "BARE_ANSWER": str(file), "PYTHONPATH": str(Path(__file__).parents[1])}
        if patient:
            environment["BARE_PATIENT"] = "1"
        server = self._start(name, command, environment, number, "/")
        told = fetch(number, data)
        same = [(key, value) for key, value in told[1] if key not in _GRANIANS_OWN]
        if (told[0], sorted(same), told[2]) != (status, sorted(kept), body):
            raise AssertionError(f"The bare application does not answer the same: {told[:2]}, {status, kept}")
        return server

    def other(self, name: str, command: list[str], port: int, path: str) -> Server:
        """Another program to compare with, on the same core, from when it answers."""
        return self._start(name, command, dict(os.environ), port, path)

    def stop(self, server: Server) -> None:
        """Stop one server before the others."""
        self._processes.remove(server.process)
        asyncio.run(server.process.stop())

    def _launch(self, name: str, command: list[str], environment: Mapping[str, str]) -> Process:
        process = Process(name, Launch(command=command, environment=environment), self.folder / f"{name}.log")
        os.sched_setaffinity(0, {SERVER_CORE})
        try:
            process.start()
        finally:
            os.sched_setaffinity(0, {LOAD_CORE})
        self._processes.append(process)
        return process

    def _start(
        self, name: str, command: list[str], environment: Mapping[str, str], port: int, path: str
    ) -> Server:
        started = time.perf_counter()
        process = self._launch(name, command, environment)
        while not _answers(port, path):
            if not process.alive or time.perf_counter() - started > 60:
                raise SystemExit(f"{name} does not start: {process.last_words()}")
            time.sleep(0.02)
        return Server(name, port, process, time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class Case:
    """One side of a comparison."""

    server: Server
    requests: Iterable[bytes]
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Of one case over all rounds."""

    name: str
    rates: tuple[float, ...]  # requests per second
    p99: float  # seconds, median of the rounds
    busy: float  # the generator's highest share of its core
    ratios: tuple[float, ...]  # to the base, round by round
    cpu: float  # seconds of its processes' processor time for a request, median of the rounds
    cpu_ratio: float  # the base's `cpu` by this one: what the engines on the same core cost is not in it

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)


def compare(
    cases: dict[str, Case], *, base: str, rounds: int = 5, seconds: float = 3.0, connections: int = 32
) -> dict[str, Result]:
    """Measure all cases in turns, `rounds` times, in changing order, and print a table of ratios to `base`."""
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    costs: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds):
        for name in list(cases) if number % 2 == 0 else reversed(cases):
            case = cases[name]
            before = case.server.cpu()
            sample = run(
                case.server.port, case.requests, status=case.status, connections=connections, seconds=seconds
            )
            costs[name].append((case.server.cpu() - before) / sample.sent)
            samples[name].append(sample)
    results = {}
    for name, taken in samples.items():
        rates = tuple(sample.rate for sample in taken)
        results[name] = Result(
            name=name,
            rates=rates,
            p99=statistics.median(sample.percentile(0.99) for sample in taken),
            busy=max(sample.busy for sample in taken),
            ratios=tuple(rate / limit.rate for rate, limit in zip(rates, samples[base], strict=True)),
            cpu=statistics.median(costs[name]),
            cpu_ratio=statistics.median(
                limit / cost for cost, limit in zip(costs[name], costs[base], strict=True)
            ),
        )
    show(results.values())
    return results


def show(results: Iterable[Result]) -> None:
    """A table in Markdown, as docs/benchmarks.md has it."""
    say("")
    say(
        "| | requests/s | p99 | ratio | min-max of the rounds | CPU per request | ratio by CPU | generator busy |"
    )
    say("|---|---|---|---|---|---|---|---|")
    for result in results:
        say(
            f"| {result.name} | {result.rate:,.0f} | {result.p99 * 1000:.1f} ms | {result.ratio:.2f} "
            f"| {min(result.ratios):.2f}-{max(result.ratios):.2f} | {result.cpu * 1e6:.0f} µs "
            f"| {result.cpu_ratio:.2f} | {result.busy:.0%} |"
        )
    say("")


def say(text: str) -> None:
    """Print at once, also into a file."""
    print(text, flush=True)


def _answers(port: int, path: str) -> bool:
    with contextlib.suppress(OSError, WrongAnswer):
        fetch(port, request(path))
        return True
    return False
