"""A Valkey Cluster where the rest of Nameplate sees one Valkey.

Every name that is used together with another has a hash tag (`np:{limits:2}:...`), so each command and script stays on
one node; which one is the client's business. `valkey+cluster://host:6379` is any node of it.
"""

import random
from typing import Any, cast

from valkey.asyncio import Valkey, ValkeyCluster
from valkey.asyncio.cluster import ClusterNode
from valkey.asyncio.connection import Connection
from valkey.asyncio.retry import Retry
from valkey.backoff import NoBackoff
from valkey.exceptions import ConnectionError, ValkeyClusterException

from nameplate.broken_lines import told

MARK = "+cluster"
CONNECT_TIMEOUT = 1.0
TIMEOUT = 1.5


def plain(url: str) -> str:
    """`url` as the client reads it: Redis's schemes are Valkey's, and one node's address is that of its cluster."""
    scheme, separator, rest = url.partition("://")
    return scheme.removesuffix(MARK).replace("redis", "valkey") + separator + rest


def connect(url: str) -> Valkey:
    """A client of the Valkey or of the cluster at `url`; connects when it is first needed. Every call is bounded."""
    bounds: dict[str, Any] = {
        "socket_timeout": TIMEOUT,
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_keepalive": True,
        "health_check_interval": 0,
        "retry": Retry(NoBackoff(), 0),
    }
    if not url.partition("://")[0].endswith(MARK):
        single: Valkey = Valkey.from_url(plain(url), max_connections=64, **bounds)
        single.connection_pool.connection_class = told(single.connection_pool.connection_class)
        return single
    client: Any = ClusterClient.from_url(plain(url), cluster_error_retry_attempts=1, **bounds)
    kind = told(client.connection_kwargs.get("connection_class", Connection))
    client.connection_kwargs["connection_class"] = kind
    for node in client.nodes_manager.startup_nodes.values():
        node.connection_class = kind
    # The two are the same for everything that is asked here, which the client's types do not know.
    return cast("Valkey", client)


class ClusterClient(ValkeyCluster):
    """The library's client, with the errors and the few calls in which it differs from that of a single Valkey."""

    async def initialize(self) -> "ClusterClient":
        """Raises ConnectionError when no node answers, or not for all keys."""
        try:
            await super().initialize()
        except ValkeyClusterException as error:
            # Theirs is no ValkeyError: nobody who copes with a Valkey that is away would catch it.
            raise ConnectionError(str(error)) from error
        return self

    async def renew(self) -> None:
        """Ask again which node has what, before the next command."""
        await self._reset_for_reinitialize()

    def get_default_node(self) -> ClusterNode:
        # None while another task asks the nodes anew, which the library's pipelines do not expect.
        found: ClusterNode | None = super().get_default_node()
        return found or random.choice(self._known())  # noqa: S311

    async def info(self, section: str | None = None, *_: Any, **__: Any) -> dict[str, Any]:
        """Of one node, with the `run_id` of all: whether any of them started anew."""
        answer = await self.execute_command("INFO", section or "default", target_nodes=self.PRIMARIES)
        found = [answer] if "run_id" in answer or not answer else list(answer.values())
        return {**found[0], "run_id": " ".join(sorted(str(info.get("run_id", "")) for info in found))}

    async def time(self, **_: Any) -> tuple[int, int]:
        """By the clock of one node; those of a cluster are to be kept together (NTP)."""
        answer: tuple[int, int] = await self.execute_command("TIME", target_nodes=self.DEFAULT_NODE)
        return answer

    def node_of(self, key: bytes | str) -> ClusterNode:
        """Raises ConnectionError when no node has it."""
        try:
            return self.nodes_manager.get_node_from_slot(self.keyslot(key))
        except (ValkeyClusterException, KeyError) as error:
            raise ConnectionError(f"No node of the cluster has {key!r}.") from error

    def _known(self) -> list[ClusterNode]:
        return list(self.nodes_manager.nodes_cache.values() or self.nodes_manager.startup_nodes.values())
