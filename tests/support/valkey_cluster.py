"""A Valkey Cluster of three servers, each with a third of the slots."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import valkey

from nameplate.engines.process import Launch, Process, free_port
from nameplate.engines.valkey import program

SLOTS = 16384
PASSWORD = "a word for the cluster"


@dataclass
class ValkeyCluster:
    ports: list[int]
    processes: list[Process]

    @property
    def url(self) -> str:
        """As `NAMEPLATE_VALKEY_URL`."""
        return f"valkey+cluster://:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.ports[0]}"

    def node(self, number: int) -> "valkey.Valkey[bytes]":
        """A client of one server alone."""
        return valkey.Valkey(host="127.0.0.1", port=self.ports[number], password=PASSWORD, socket_timeout=5)

    def everywhere(self, *command: str) -> list[Any]:
        """The answer of each server."""
        answers = []
        for number in range(len(self.ports)):
            with contextlib.closing(self.node(number)) as node:
                answers.append(node.execute_command(*command))
        return answers


@contextlib.contextmanager
def valkey_cluster(size: int = 3) -> Iterator[ValkeyCluster]:
    """From when all of its slots are served."""
    folder = Path(tempfile.mkdtemp(prefix="nameplate-cluster-"))
    taken: set[int] = set()
    ports = [free_port(taken) for _ in range(size)]
    processes = [_server(folder / str(port), port, free_port(taken)) for port in ports]
    cluster = ValkeyCluster(ports, processes)
    try:
        _join(cluster)
        yield cluster
    finally:
        for process in processes:
            asyncio.run(process.stop())
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path, port: int, bus_port: int) -> Process:
    folder.mkdir()
    options = {
        "port": port, "cluster-enabled": "yes", "cluster-port": bus_port, "bind": "127.0.0.1", "dir": folder,
        "requirepass": PASSWORD, "masterauth": PASSWORD, "cluster-node-timeout": 2000, "save": "",
        "appendonly": "yes", "appendfsync": "everysec", "cluster-config-file": folder / "nodes.conf",
    }  # fmt: skip
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    process = Process(
        f"Valkey {port}", Launch(command=[str(program()), *words], directory=folder), folder / "log"
    )
    process.start()
    return process


def _join(cluster: ValkeyCluster) -> None:
    size = len(cluster.ports)
    for number in range(size):
        with contextlib.closing(cluster.node(number)) as node:
            _until(lambda node=node: node.ping())  # type: ignore[misc]
            first, last = SLOTS * number // size, SLOTS * (number + 1) // size - 1
            node.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
            bus = _bus_port(cluster, 0)
            if number:
                node.execute_command("CLUSTER MEET", "127.0.0.1", cluster.ports[0], bus)
    _until(lambda: all(_is_whole(info, size) for info in cluster.everywhere("CLUSTER INFO")))


def _is_whole(info: dict[str, str], size: int) -> bool:
    return info["cluster_state"] == "ok" and info["cluster_known_nodes"] == str(size)


def _bus_port(cluster: ValkeyCluster, number: int) -> int:
    with contextlib.closing(cluster.node(number)) as node:
        return int(node.config_get("cluster-port")["cluster-port"])


def _until(happened: Any, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(valkey.ValkeyError, OSError):
            if happened():
                return
        assert time.monotonic() < deadline, "the cluster did not come together"
        time.sleep(0.05)
