"""The log and the heads of its chains. Entries are added and read; there is no statement that changes one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nameplate.db import Tx

# Whose chain holds what belongs to no account: failed log-ins of nobody, acts of the operator.
OPERATOR = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """`hash` is empty until it is computed."""

    seq: int
    at: datetime
    kind: str
    actor: str
    network: str
    country: str
    device: str
    request_id: str
    detail: dict[str, Any]
    hash: bytes = b""


@dataclass(frozen=True, slots=True)
class ChainRow:
    account_id: UUID
    seq: int
    hash: bytes
    anchor_seq: int
    anchor_hash: bytes
    seal: bytes = b""


async def lock_chain(tx: Tx, account_id: UUID) -> ChainRow | None:
    """Nobody else adds to the chain until this transaction ends."""
    return await tx.one(
        ChainRow,
        """
        SELECT account_id, seq, hash, anchor_seq, anchor_hash, seal FROM audit_chains
        WHERE account_id = %s FOR UPDATE
        """,
        (account_id,),
    )


async def begin_chain(tx: Tx, chain: ChainRow) -> None:
    """Waits for whoever begins the same one."""
    await tx.run(
        """
        INSERT INTO audit_chains (account_id, seq, hash, anchor_seq, anchor_hash, seal)
        VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (chain.account_id, chain.seq, chain.hash, chain.anchor_seq, chain.anchor_hash, chain.seal),
    )


async def add_entry(tx: Tx, entry: Entry, chain: ChainRow) -> None:
    """The entry, and the chain of which it is now the end. The chain is locked by `tx`."""
    await tx.run(
        """
        WITH moved AS (
            UPDATE audit_chains SET seq = %(seq)s, hash = %(hash)s, seal = %(seal)s WHERE account_id = %(account)s
        )
        INSERT INTO security_audit_log
            (account_id, seq, at, kind, actor, network, country, device, request_id, detail, hash)
        VALUES (%(account)s, %(seq)s, %(at)s, %(kind)s, %(actor)s, %(network)s, %(country)s, %(device)s, %(request)s,
            %(detail)s, %(hash)s)
        """,
        {
            "account": chain.account_id, "seq": entry.seq, "hash": entry.hash, "seal": chain.seal, "at": entry.at,
            "kind": entry.kind, "actor": entry.actor, "network": entry.network, "country": entry.country,
            "device": entry.device, "request": entry.request_id, "detail": Jsonb(entry.detail),
        },
    )  # fmt: skip


async def close_chain(tx: Tx, account_id: UUID, now: datetime) -> None:
    """With the account: from now on the purge may remove it."""
    await tx.run("UPDATE audit_chains SET closed_at = %s WHERE account_id = %s", (now, account_id))


async def get_entries(
    tx: Tx,
    account_id: UUID,
    *,
    kinds: list[str] | None,
    since: datetime | None,
    until: datetime | None,
    before: int | None,
    most: int,
) -> list[Entry]:
    """The newest first; `before` is the last `seq` of the page before, `until` is not included."""
    return await tx.all(
        Entry,
        """
        SELECT seq, at, kind, actor, network, country, device, request_id, detail, hash FROM security_audit_log
        WHERE account_id = %(account)s
            AND (%(before)s::bigint IS NULL OR seq < %(before)s::bigint)
            AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s))
            AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
            AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
        ORDER BY seq DESC LIMIT %(most)s
        """,
        {
            "account": account_id, "kinds": kinds, "since": since, "until": until, "before": before, "most": most,
        },
    )  # fmt: skip


async def get_entry(tx: Tx, account_id: UUID, seq: int) -> Entry | None:
    return await tx.one(
        Entry,
        """
        SELECT seq, at, kind, actor, network, country, device, request_id, detail, hash FROM security_audit_log
        WHERE account_id = %s AND seq = %s
        """,
        (account_id, seq),
    )


async def count_wrong_proofs(tx: Tx, account_id: UUID, since: datetime) -> int:
    """Of people who had a session, or had done the first step of a log-in: a stranger cannot add to these."""
    return int(
        await tx.value(
            """
            SELECT count(*) FROM security_audit_log
            WHERE account_id = %s AND at > %s AND (kind = 'proof.refused' OR kind = 'session.refused'
                AND detail->>'reason' IN ('totp', 'replayed', 'recovery-code'))
            """,
            (account_id, since),
        )
    )


# --- verification and retention, for the worker


@dataclass(frozen=True, slots=True)
class AccountId:
    account_id: UUID


async def chained_accounts(tx: Tx) -> list[UUID]:
    """Across tenants: everybody who has a chain."""
    rows = await tx.all(AccountId, "SELECT account_id FROM audit_chains ORDER BY account_id")
    return [row.account_id for row in rows]


async def accounts_with_a_page(tx: Tx) -> list[UUID]:
    """Across tenants, asked as the consumer, who sees whose day it is. Each must have a chain."""
    rows = await tx.all(AccountId, "SELECT account_id FROM profiles ORDER BY account_id")
    return [row.account_id for row in rows]


async def get_chain(tx: Tx, account_id: UUID) -> ChainRow | None:
    return await tx.one(
        ChainRow,
        "SELECT account_id, seq, hash, anchor_seq, anchor_hash, seal FROM audit_chains WHERE account_id = %s",
        (account_id,),
    )


async def entries_after(tx: Tx, account_id: UUID, after: int, most: int) -> list[Entry]:
    """The oldest first."""
    return await tx.all(
        Entry,
        """
        SELECT seq, at, kind, actor, network, country, device, request_id, detail, hash FROM security_audit_log
        WHERE account_id = %s AND seq > %s ORDER BY seq LIMIT %s
        """,
        (account_id, after, most),
    )


async def entry_outside(tx: Tx, account_id: UUID) -> int | None:
    """An entry behind the end of its chain or before its beginning, seen at one moment with both."""
    found = await tx.value(
        """
        SELECT min(l.seq) FROM audit_chains c JOIN security_audit_log l ON l.account_id = c.account_id
        WHERE c.account_id = %s AND (l.seq > c.seq OR l.seq <= c.anchor_seq)
        """,
        (account_id,),
    )
    return None if found is None else int(found)


async def newest_before(tx: Tx, account_id: UUID, cutoff: datetime, most: int) -> Entry | None:
    """The last of the oldest `most` entries that are all older than `cutoff`."""
    return await tx.one(
        Entry,
        """
        SELECT seq, at, kind, actor, network, country, device, request_id, detail, hash FROM (
            SELECT *, bool_and(at < %(cutoff)s) OVER (ORDER BY seq) AS old FROM security_audit_log
            WHERE account_id = %(account)s AND seq IN
                (SELECT seq FROM security_audit_log WHERE account_id = %(account)s ORDER BY seq LIMIT %(most)s)
        ) first WHERE old ORDER BY seq DESC LIMIT 1
        """,
        {"account": account_id, "cutoff": cutoff, "most": most},
    )


async def drop_until(tx: Tx, chain: ChainRow) -> int:
    """Remove everything up to the chain's anchor, and keep the anchor. The chain is locked by `tx`."""
    await tx.run(
        "UPDATE audit_chains SET anchor_seq = %s, anchor_hash = %s, seal = %s WHERE account_id = %s",
        (chain.anchor_seq, chain.anchor_hash, chain.seal, chain.account_id),
    )
    return await tx.run(
        "DELETE FROM security_audit_log WHERE account_id = %s AND seq <= %s",
        (chain.account_id, chain.anchor_seq),
    )
