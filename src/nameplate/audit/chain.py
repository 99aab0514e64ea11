"""How entries hold on to each other: each hash covers its entry and the hash before it.

The hashes are keyed (HMAC-SHA256) from the secret key: who can write the tables, but does not know that key, cannot
make a chain that fits. What no chain can tell is a database put back, as a whole, to an earlier state.
"""

import hashlib
import hmac
from uuid import UUID

import msgspec

from nameplate import keys
from nameplate.audit.queries import ChainRow, Entry

# What the first entry of a chain holds on to.
START = bytes(32)
_canonical = msgspec.json.Encoder(order="deterministic")


def chain_key(secret_key: str) -> bytes:
    return keys.derive(secret_key, "audit chain")


def entry_hash(key: bytes, account_id: UUID, entry: Entry, before: bytes) -> bytes:
    """`before` is the hash of the entry before this one."""
    text = _canonical.encode(
        [
            "entry", account_id.hex, entry.seq, entry.at.isoformat(timespec="microseconds"), entry.kind, entry.actor,
            entry.network, entry.country, entry.device, entry.request_id, entry.detail, before.hex(),
        ]
    )  # fmt: skip
    return hmac.digest(key, text, hashlib.sha256)


def seal(key: bytes, chain: ChainRow) -> bytes:
    """Holds the end of the chain, so that it cannot be cut off, and where retention left its beginning."""
    text = _canonical.encode(
        [
            "head", chain.account_id.hex, chain.seq, chain.hash.hex(), chain.anchor_seq, chain.anchor_hash.hex(),
        ]
    )  # fmt: skip
    return hmac.digest(key, text, hashlib.sha256)
