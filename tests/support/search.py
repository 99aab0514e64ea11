"""Looking for something that must not be kept: in every form, in every place an installation keeps things."""

import base64
import tempfile
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from urllib.parse import quote

import psycopg
import valkey
from ahocorasick_rs import BytesAhoCorasick
from psycopg import sql

Address = IPv4Address | IPv6Address
Found = set[tuple[str, str, str]]
"""What, in which form, where."""


def of_bytes(what: str, secret: bytes) -> dict[str, bytes]:
    """Forms of packed binary: both byte orders, hexadecimal, base64, and as Python and PostgreSQL print it."""
    forms = {}
    for order, data in (("", secret), (" reversed", secret[::-1])):
        forms |= {
            f"{what}{order}": data,
            f"hex of {what}{order}": data.hex().encode(),
            f"HEX of {what}{order}": data.hex().upper().encode(),
            f"base64 of {what}{order}": base64.b64encode(data),
            f"url base64 of {what}{order}": base64.urlsafe_b64encode(data),
            f"escaped {what}{order}": repr(data)[2:-1].encode(),
        }
    return {name: form for name, form in forms.items() if len(form) >= 4}


def of_text(text: str) -> dict[str, bytes]:
    """Forms of a text, also somewhere within something that was put into base64."""
    data = text.encode()
    forms = {text: data, f"hex of {text}": data.hex().encode(), f"utf-16 of {text}": text.encode("utf-16-le")}
    for offset in range(3):
        # Without the characters that depend on what stands before and after.
        coded = base64.b64encode(b"\0" * offset + data)
        end = len(coded) - (0 if (offset + len(data)) % 3 == 0 else 4)
        forms[f"base64 of {text}, {offset}"] = coded[(0, 2, 3)[offset] : end]
    return forms


def of_address(address: Address) -> dict[str, bytes]:
    texts = {str(address), address.exploded, str(address).upper(), address.exploded.upper()}
    texts |= {address.reverse_pointer, quote(str(address), safe="")}
    if isinstance(address, IPv4Address):
        texts |= {".".join(reversed(str(address).split("."))), str(int(address))}
    forms = of_bytes("packed", address.packed)
    if isinstance(address, IPv6Address):
        forms |= of_bytes("network", address.packed[:8])
    for text in texts:
        forms |= of_text(text)
    return forms


class Search:
    """`needles`: forms by what they are forms of."""

    def __init__(self, needles: Mapping[str, Mapping[str, bytes]]) -> None:
        named = [(what, form, needle) for what, forms in needles.items() for form, needle in forms.items()]
        self._named = [(what, form) for what, form, _ in named]
        # All of them in one pass: there are hundreds, and a hundred megabytes to look through.
        self._all = BytesAhoCorasick([needle for _, _, needle in named])
        self.bytes = 0
        """Searched so far."""

    def within(self, place: str, data: bytes) -> Found:
        self.bytes += len(data)
        seen = {number for number, _, _ in self._all.find_matches_as_indexes(data, overlapping=True)}
        return {(*self._named[number], place) for number in seen}

    def everywhere(self, admin_url: str, valkey_url: str, folder: Path, since: float) -> Found:
        """All tables, all of Valkey, and every file in `folder` that was written to after the time `since`."""
        found: Found = set()
        for places in (tables(admin_url), databases(valkey_url), files(folder, since)):
            for place, data in places:
                found |= self.within(place, data)
        return found


def tables(admin_url: str) -> Iterator[tuple[str, bytes]]:
    """Every column of every table, the system's included: as text and in binary, decompressed."""
    with psycopg.connect(admin_url) as connection:
        names = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'"
        ).fetchall()
        for schema, name in names:
            table = sql.Identifier(schema, name)
            for form in ("TEXT", "BINARY"):
                if form == "BINARY" and schema == "pg_catalog":
                    continue  # some of its types cannot be sent in binary
                copying = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT {})").format(
                    table, sql.SQL(form)
                )
                with connection.cursor().copy(copying) as copy:
                    yield f"table {schema}.{name}", b"".join(bytes(part) for part in copy)


def databases(valkey_url: str) -> Iterator[tuple[str, bytes]]:
    """Every key and value, and what Valkey remembers of commands and clients."""
    base, _, _ = valkey_url.rpartition("/")
    for number in range(16):
        with valkey.from_url(f"{base}/{number}") as client:
            for key in client.scan_iter("*"):
                kind = client.type(key)
                held = [key, client.dump(key) or b""]
                if kind == b"stream":
                    held += [part for _, row in client.xrange(key) for pair in row.items() for part in pair]
                yield f"valkey {number} {key!r}", b"\n".join(held)
    with valkey.from_url(valkey_url) as client:
        yield "valkey slow log", repr(client.execute_command("SLOWLOG GET 10000")).encode()
        yield "valkey clients", repr(client.execute_command("CLIENT LIST")).encode()


def files(folder: Path, since: float) -> Iterator[tuple[str, bytes]]:
    """Write-ahead log, tables, append-only file, logs, temporary files: whatever was written."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and path.stat().st_mtime >= since:
                # Most of a fresh log file and of a fresh table is nothing.
                yield f"file {path.relative_to(folder)}", path.read_bytes().rstrip(b"\0")
        except FileNotFoundError:
            continue  # gone, and so is what it held


def new_folder_for_temporary_files(folder: Path) -> Path:
    """Made so that every user of this machine may write there, as in /tmp."""
    made = Path(tempfile.mkdtemp(dir=folder, prefix="temporary-"))
    made.chmod(0o1777)
    return made
