"""Memory and file descriptors of every process of an installation over time, and whether they are flat.

Flat: for each process, the median of the last third of the samples is at most 3 % and 3 MB above that of the middle
third; file descriptors, of all web processes together and of each other process, at most 10. (Connections are new each
half minute, and which web process gets one is chance.) The first third does not count, in which caches and pools fill
up. A process that ends while it is watched is a failure as well. Decoders live for one picture each, so of them the
server counts only.
"""

import contextlib
import itertools
import statistics
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import psutil

from benchmarks.harness import say
from tests.reliability.installation import Installation

EVERY = 2.0  # seconds
MOST_SHARE, MOST_MEGABYTES, MOST_FILES = 1.03, 3.0, 10
LEAST = 9  # samples


@dataclass(slots=True)
class History:
    """Of one process, sample by sample."""

    process: psutil.Process
    memory: list[float] = field(default_factory=list)  # MB, resident
    files: list[int] = field(default_factory=list)

    def look(self) -> None:
        memory, files = self.process.memory_info().rss / 1e6, self.process.num_fds()
        self.memory.append(memory)
        self.files.append(files)


class Watch:
    """Looks at all processes beside whatever happens, until left."""

    def __init__(self, site: Installation) -> None:
        self.found = {name: History(process) for name, process in processes(site).items()}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(EVERY):
            for history in self.found.values():
                with contextlib.suppress(psutil.NoSuchProcess):
                    history.look()

    def row(self, minute: float) -> None:
        """What was last seen."""
        memory = " | ".join(f"{(history.memory or [0])[-1]:.0f}" for history in self.found.values())
        files = " ".join(str((history.files or [0])[-1]) for history in self.found.values())
        say(f"| {minute:g} | {memory} | {files} |")

    def head(self) -> None:
        say("\n| minute | " + " | ".join(f"{name}, MB" for name in self.found) + " | file descriptors |")
        say("|---" * (len(self.found) + 2) + "|")

    def judge(self) -> list[str]:
        """What is not flat. Prints the medians."""
        say(
            "\n| | memory, middle third | last third | file descriptors | | samples |\n|---|---|---|---|---|---|"
        )
        failed = []
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for name, history in self.found.items():
            if not history.process.is_running() or len(history.memory) < LEAST:
                failed.append(f"{name} ended, or was watched {len(history.memory)} times only")
                continue
            middle, last = thirds(history.memory)
            files, files_last = thirds(history.files)
            say(
                f"| {name} | {middle:.1f} MB | {last:.1f} MB | {files:.0f} | {files_last:.0f} | {len(history.memory)} |"
            )
            if last > middle * MOST_SHARE + MOST_MEGABYTES:
                failed.append(f"{name} grew from {middle:.1f} to {last:.1f} MB")
            kind = name.partition(" ")[0]
            groups[kind] = [
                sum(pair) for pair in itertools.zip_longest(groups[kind], history.files, fillvalue=0)
            ]
        for kind, samples in groups.items():
            files, files_last = thirds(samples) if len(samples) >= LEAST else (0, 0)
            if files_last > files + MOST_FILES:
                failed.append(f"{kind} went from {files:.0f} to {files_last:.0f} file descriptors")
        return failed


def thirds(samples: list[float] | list[int]) -> tuple[float, float]:
    """Medians of the middle and the last third."""
    third = len(samples) // 3
    return statistics.median(samples[third:-third]), statistics.median(samples[-third:])


def processes(site: Installation) -> dict[str, psutil.Process]:
    """By name, those of ours and of the engines that last."""
    names: dict[str, Callable[[str], bool]] = {
        "decoders": lambda line: "assets.decoder" in line,
        "web": lambda line: "nameplate serve" in line or "spawn_main" in line or "granian" in line,
        "worker": lambda line: "nameplate work" in line,
        "Valkey": lambda line: "valkey-server" in line,
        "SeaweedFS": lambda line: "weed" in line,
    }
    found = {"up": psutil.Process(site.up.pid)}
    for process in found["up"].children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            line = " ".join(process.cmdline())
            name = next((name for name, fits in names.items() if fits(line)), None)
            parent = process.parent()
            if name is None or (
                name == "decoders" and parent and "assets.decoder" in " ".join(parent.cmdline())
            ):
                continue  # PostgreSQL's sessions come and go
            number = sum(known.partition(" ")[0] == name for known in found)
            found[f"{name} {number + 1}" if number else name] = process
    return found
