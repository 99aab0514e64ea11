"""Whether anybody has changed, removed or slipped in an entry."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from nameplate.audit import chain, queries
from nameplate.db import Tx

PAGE = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken` says, for a person, what is wrong with entry `seq`; empty: nothing is."""

    account_id: UUID
    entries: int
    seq: int = 0
    broken: str = ""


async def verify_chain(
    tx: Tx, key: bytes, account_id: UUID, counted: Callable[[int], None] = lambda _: None
) -> Verdict:
    """Walk one chain. `tx` has entered the account. Entries that come in meanwhile are left to the next time."""
    head = await queries.get_chain(tx, account_id)
    if head is None:
        return Verdict(account_id, 0, 0, "the whole chain is missing")
    if chain.seal(key, head) != head.seal:
        return Verdict(account_id, 0, head.seq, "the head of the chain was changed")
    seq, before, entries = head.anchor_seq, head.anchor_hash, 0
    while seq < head.seq:
        page = await queries.entries_after(tx, account_id, seq, PAGE)
        page = [entry for entry in page if entry.seq <= head.seq]
        if not page:
            return Verdict(account_id, entries, seq + 1, "removed")
        for entry in page:
            if entry.seq != seq + 1:
                return Verdict(account_id, entries, seq + 1, "removed")
            if chain.entry_hash(key, account_id, entry, before) != entry.hash:
                return Verdict(account_id, entries, entry.seq, "changed")
            seq, before, entries = entry.seq, entry.hash, entries + 1
        counted(len(page))
    if before != head.hash:
        return Verdict(account_id, entries, seq, "does not fit the head of the chain")
    outside = await queries.entry_outside(tx, account_id)
    if outside is not None:
        return Verdict(account_id, entries, outside, "inserted")
    return Verdict(account_id, entries)
