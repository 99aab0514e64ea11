"""A page's row as Valkey keeps it: `FORM`, then MessagePack, compressed."""

import hashlib

import msgspec
import zstandard

from nameplate.page.document import PageImage, PageLink
from nameplate.page.queries import PageRow

# Another one as soon as a row has other fields, so that processes before and after an upgrade leave each other's alone.
_SCHEMA = msgspec.json.schema_components(
    [PageRow, PageLink, PageImage], schema_hook=lambda _: {"type": "object"}
)
FORM = hashlib.sha256(msgspec.json.encode(_SCHEMA, order="deterministic")).hexdigest()[:8].encode()
_MOST = 4 * 1024 * 1024  # bytes of a row; what claims to be longer is none of ours


def pack(row: PageRow) -> bytes:
    return FORM + zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(row))


def unpack(page: bytes) -> PageRow:
    """Raises what the two libraries raise when `pack` did not make it."""
    body = zstandard.ZstdDecompressor().decompress(page[len(FORM) :], max_output_size=_MOST)
    return msgspec.msgpack.decode(body, type=PageRow)
