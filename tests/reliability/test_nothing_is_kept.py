"""No visitor's address is kept anywhere, in any form, and the keys of the visitor hash go for good.

Everything runs as production does: `nameplate up` with its processes and engines. Visitors come through a proxy it
trusts, from addresses nobody else has.
"""

import asyncio
import base64
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import psutil
import psycopg
import pytest
import valkey

from nameplate.analytics import jobs
from nameplate.analytics.visitor import now
from nameplate.commands.folder import running
from nameplate.db import SystemDatabase
from nameplate.settings import Settings
from tests.reliability.installation import Installation, installation, sign_up
from tests.support.search import Found, Search, new_folder_for_temporary_files, of_address, of_bytes

VISITORS = [
    "203.0.113.77", "198.51.100.213", "192.0.2.91", "100.99.83.172", "2001:db8:7a3c:91e5:5b1d:e6f2:94c7:d8a3",
    "2001:db8:c4f7:3b92:1d5e:88a6:f3b1:6c2d",
]  # fmt: skip
PLANTED = "198.18.143.209"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def environment(site: Installation) -> dict[str, str]:
    found = running(site.folder)
    assert found is not None
    return found.environment


@contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Processes that do not answer, as on a machine that hangs."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def visit(site: Installation, address: str, links: list[str]) -> list[int]:
    """All that a visitor, a stranger or somebody hostile does; the statuses of the answers."""
    shown = f"[{address}]" if ":" in address else address
    forwarded = {
        "X-Forwarded-For": f"10.9.8.7, {address}",
        "X-Real-IP": address,
        "Forwarded": f'for="{shown}"',
    }
    view = {
        "t": "view",
        "h": "ann",
        "u": f"{site.url}/ann?utm_source=card",
        "r": f"http://{shown}/mine",
        "vw": 390,
    }
    tap = {"t": "tap", "h": "ann", "el": "name", "x": 0.5, "y": 0.5, "vw": 390}
    vitals = {"t": "vitals", "h": "ann", "lcp": 900, "cls": 0}
    bodies: list[Any] = [
        view, [tap, vitals], {**view, "h": "nobody"}, {**view, "t": "explode"}, {**view, "vw": -1}, [],
    ]  # fmt: skip
    headers = {"User-Agent": BROWSER, "Referer": f"http://{shown}/", **forwarded}
    with httpx.Client(base_url=site.url, timeout=20, trust_env=False, headers=headers) as browser:
        answers = [
            browser.get("/ann"),
            browser.get("/e.gif?h=ann"),
            browser.get("/nobody"),
            browser.get(links[0]),
        ]
        answers += [browser.post("/e", json=body) for body in bodies]
        answers += [browser.post("/e", content=body) for body in (b"{", b"x" * 20_000, b"\xff")]
        answers += [browser.post("/e", json=view, headers=more) for more in (
            {"User-Agent": BOT}, {"DNT": "1"}, {"Sec-Purpose": "prefetch"}, {"Sec-Fetch-Site": "cross-site"},
        )]  # fmt: skip
        same = {"Sec-Fetch-Site": "same-origin"}
        wrong = {"login": "ann", "password": "not this one"}
        answers += [
            browser.get("/api/v1/account"),
            browser.get("/api/v1/nothing"),
            browser.get("/metrics"),
            browser.post("/api/v1/sessions", json=wrong, headers=same),
            browser.post(
                "/api/v1/accounts", json={"email": "no", "password": "x", "handle": "?"}, headers=same
            ),
            browser.post("/api/v1/password-resets", json={"email": "ann@example.org"}, headers=same),
            browser.put("/api/v1/links/order", content=b"{", headers=same),
        ]
    return [answer.status_code for answer in answers]


def everybody_visits(site: Installation, links: list[str]) -> list[int]:
    return [status for address in VISITORS for status in visit(site, address, links)]


def ask(site: Installation, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(site.admin_url(), autocommit=True) as connection:
        cursor = connection.execute(query)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def wait_for(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def runs(site: Installation, what: str) -> bool:
    try:
        return bool(site.pids(what))
    except psutil.Error:  # what died was not cleared away yet
        return False


def counted(site: Installation) -> int:
    return int(ask(site, "SELECT count(*) FROM events")[0][0])


def streamed(site: Installation) -> int:
    with valkey.from_url(environment(site)["NAMEPLATE_VALKEY_URL"]) as client:
        return sum(client.xlen(key) for key in client.keys("np:{events:?}"))


def keep_everything_readable(site: Installation) -> None:
    """Compressed pages of the write-ahead log and of Valkey's file would hide what is searched for."""
    ask(site, "ALTER DATABASE nameplate SET wal_compression = off")
    ask(site, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'nameplate\\_%'"
              " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")  # fmt: skip
    with valkey.from_url(environment(site)["NAMEPLATE_VALKEY_URL"]) as client:
        client.config_set("rdbcompression", "no")


def rewrite_valkeys_file(site: Installation) -> None:
    with valkey.from_url(environment(site)["NAMEPLATE_VALKEY_URL"]) as client:
        client.bgrewriteaof()
        wait_for(lambda: client.info("persistence")["aof_rewrite_in_progress"] == 0)


def look(search: Search, site: Installation, folder: Path, since: float) -> Found:
    ask(site, "CHECKPOINT")
    found = find(search, site, folder, since)
    return found | search.within("metrics", httpx.get(f"{site.url}/metrics", trust_env=False).content)


def without_chance(found: Found) -> Found:
    """Four bytes turn up by chance in some megabytes of random ids; whoever keeps addresses keeps more than one."""
    short = {form for _, form, _ in found if form in ("packed", "packed reversed")}
    once = {
        form for form in short if len({what for what, its, _ in found if its == form and "." in what}) == 1
    }
    return {(what, form, place) for what, form, place in found if "." not in what or form not in once}


def keys_of(site: Installation) -> set[bytes]:
    return {bytes(key) for (key,) in ask(site, "SELECT key FROM visitor_keys")}


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_no_address_of_a_visitor_is_kept_anywhere_and_the_keys_go_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(new_folder_for_temporary_files(tmp_path)))
    with installation(tmp_path, trusted_proxies="127.0.0.1/32") as site:
        links = sign_up(site, "ann", ["https://ann.example/blog"])
        keep_everything_readable(site)
        site.wait_until_ready()
        search = Search({address: of_address(ip_address(address)) for address in [*VISITORS, PLANTED]})
        since = time.time() - 1

        # While nobody counts, everything is in the stream.
        with stopped(site.pids("worker")):
            statuses = everybody_visits(site, links)
            assert statuses.count(204) >= 4 * len(VISITORS)
            assert {302, 400, 401, 403, 404, 413, 422} <= set(statuses)
            assert streamed(site) > 0
            assert without_chance(look(search, site, tmp_path, since)) == set()
        wait_for(lambda: counted(site) > 0 and streamed(site) == 0)
        keys = keys_of(site)
        assert keys

        # Valkey hangs: the web process writes to PostgreSQL itself.
        before = counted(site)
        with stopped(site.pids("valkey")):
            assert 204 in everybody_visits(site, links)
        assert counted(site) > before

        # Neither store answers: errors are told and logged.
        database = site.pids("postgresql")[0]
        with stopped(site.pids("valkey")), stopped([site.up.pid]):  # which would start it again at once
            os.kill(database, signal.SIGKILL)
            await asyncio.sleep(1)  # its sessions notice
            both = (asyncio.to_thread(visit, site, VISITORS[number], links) for number in (0, 4))
            assert 503 in [status for statuses in await asyncio.gather(*both) for status in statuses]
        wait_for(lambda: runs(site, "postgresql") and runs(site, "valkey"))
        site.wait_until_ready()
        everybody_visits(site, links)
        wait_for(lambda: streamed(site) == 0)
        rewrite_valkeys_file(site)
        assert without_chance(look(search, site, tmp_path, since)) == set()
        assert search.bytes > 10_000_000
        # The crash emptied the table; within seconds the web process offers what it holds again.
        wait_for(lambda: bool(keys_of(site)), 90)
        keys |= keys_of(site)

        # Three days later, all at once: processes that hold keys of today look away meanwhile.
        with stopped(site.pids("web")):
            monkeypatch.setattr(jobs, "now", lambda: now() + timedelta(days=3))
            async with SystemDatabase(Settings.load(environment(site))) as system:
                await jobs.destroy_visitor_keys(SimpleNamespace(system=system))
            assert keys_of(site) == set()
            ask(site, "CHECKPOINT")
            search_keys = Search({key.hex(): of_bytes("key", key) for key in keys})
            assert find(search_keys, site, tmp_path, 0) == set()

        # The same search finds what is there.
        plant(site, tmp_path, min(keys))
        kept = {place for what, _, place in find(search, site, tmp_path, since) if what == PLANTED}
        assert {place for place in kept if place.startswith("file ")} >= {"file up.log"}
        for part in ("table public.planted", "planted'", "pg_wal", "appendonly", "planted.tmp"):
            assert any(part in place for place in kept), part
        kept = {place for _, _, place in find(search_keys, site, tmp_path, since)}
        assert any("pg_wal" in place for place in kept)


def find(search: Search, site: Installation, folder: Path, since: float) -> Found:
    return search.everywhere(site.admin_url(), environment(site)["NAMEPLATE_VALKEY_URL"], folder, since)


def plant(site: Installation, folder: Path, key: bytes) -> None:
    """What careless code would do: an address in a table, in Valkey, in a log, in a temporary file."""
    packed = ip_address(PLANTED).packed
    with psycopg.connect(site.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE planted (address bytea, key bytea)")
        # In the log a page's head can stand within one of them, once in some hundred times; not within both.
        for _ in range(2):
            connection.execute("INSERT INTO planted VALUES (%s, %s)", (packed[::-1], key))
    with valkey.from_url(environment(site)["NAMEPLATE_VALKEY_URL"]) as client:
        client.set("planted", packed)
    assert site.up.log is not None
    with site.up.log.open("a") as log:
        log.write(f"refused {PLANTED}\n")
    (folder / "planted.tmp").write_bytes(b"x" + base64.b64encode(b"ab" + PLANTED.encode()))
