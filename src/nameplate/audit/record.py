"""Writing down what happened, in the transaction in which it happens."""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from ua_parser import parse

from nameplate import keys
from nameplate.audit import chain, queries
from nameplate.audit.kinds import KINDS
from nameplate.audit.queries import OPERATOR, ChainRow, Entry
from nameplate.db import Database, Tx
from nameplate.http.client_ip import Address, client_ip, header
from nameplate.http.problems import request_id
from nameplate.settings import Settings

Actor = Literal["owner", "token", "stranger", "operator", "server"]
Countries = Callable[[Address], str]

MOST_CHARACTERS = 80
_LONGEST_READ = 512


@dataclass(frozen=True, slots=True)
class Origin:
    """From where: enough to recognise oneself, too little to be found."""

    network: str = ""
    country: str = ""
    device: str = ""
    request_id: str = ""


class Audit:
    """Writes entries that come from one request, or from the server itself."""

    def __init__(self, secret_key: str, origin: Origin) -> None:
        self._key = chain.chain_key(secret_key)
        self.origin = origin

    async def record(
        self, tx: Tx, account_id: UUID, kind: str, *, by: Actor = "owner", **detail: str | int | bool
    ) -> int:
        """Add an entry to the chain of `account_id`, which `tx` has entered; its number.

        Call it late in the transaction: others who act for this account wait from here on. `detail` holds no secret,
        no address and nothing that a stranger typed.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind} is not in audit/kinds.py")
        before = await queries.lock_chain(tx, account_id)
        if before is None:
            empty = ChainRow(account_id, 0, chain.START, 0, chain.START)
            await queries.begin_chain(tx, replace(empty, seal=chain.seal(self._key, empty)))
            before = await queries.lock_chain(tx, account_id)
            assert before is not None, "begun above"  # noqa: S101
        entry = Entry(
            seq=before.seq + 1,
            at=datetime.now(UTC),
            kind=kind,
            actor=by,
            network=self.origin.network,
            country=self.origin.country,
            device=self.origin.device,
            request_id=self.origin.request_id,
            detail=dict(detail),
        )
        entry = replace(entry, hash=chain.entry_hash(self._key, account_id, entry, before.hash))
        after = replace(before, seq=entry.seq, hash=entry.hash)
        await queries.add_entry(tx, entry, replace(after, seal=chain.seal(self._key, after)))
        return entry.seq

    async def record_for_operator(
        self, db: Database, kind: str, *, by: Actor = "stranger", **detail: str | int | bool
    ) -> None:
        """Of something that belongs to no account, in a transaction of its own."""
        async with db.as_account(OPERATOR) as tx:
            await self.record(tx, OPERATOR, kind, by=by, **detail)


class Audits:
    """Makes the Audit of a request. One for each process."""

    def __init__(self, settings: Settings, countries: Countries) -> None:
        self._secret_key = settings.secret_key
        self._trusted = settings.trusted_proxies
        self._countries = countries

    def of(self, scope: Any) -> Audit:
        address = client_ip(scope, self._trusted)
        origin = Origin(
            network=network_hash(self._secret_key, address) if address else "",
            country=self._countries(address) if address else "",
            device=device_name(header(scope, b"user-agent")),
            request_id=request_id(scope),
        )
        return Audit(self._secret_key, origin)


def provide_audit(request: Request[Any, Any, Any], audits: NamedDependency[Audits]) -> Audit:
    return audits.of(request.scope)


def network_hash(secret_key: str, address: Address) -> str:
    """64 bits of a keyed hash of the /24 or /48 around the address: the address itself is in nobody's reach."""
    size = 24 if address.version == 4 else 48
    network = ipaddress.ip_network((address, size), strict=False)
    key = keys.derive(secret_key, "audit network")
    return hmac.digest(key, network.network_address.packed, hashlib.sha256)[:8].hex()


def device_name(user_agent: str) -> str:
    """Such as 'Firefox on Linux': enough for its owner to recognise it, not more. Never empty."""
    found = parse(user_agent[:_LONGEST_READ])
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    name = f"{browser} on {system}" if browser and system else browser or system
    return "".join(c for c in name if c.isprintable())[:MOST_CHARACTERS] or "Unknown device"
