"""Pages in Valkey, for every process: read from the database once however many ask, and there when it is not.

A page is an opaque text here. It is believed for a while after it was read, and no longer once somebody said that it
changed; what is not believed is still better than nothing while the database is away. Buckets bound what is kept and
bring all that belongs to a page to one node of a cluster. What the scripts write stays in memory (REPL_NONE): a cache
is not worth a disk write.
"""

import asyncio
import hashlib
import random
import zlib
from dataclasses import dataclass
from typing import Any, Literal

import structlog
from prometheus_client import Counter
from valkey.asyncio import Valkey
from valkey.exceptions import NoScriptError, ValkeyError

from nameplate.breaker import Breaker
from nameplate.errors import Unavailable

log = structlog.get_logger(__name__)
asked = Counter("nameplate_shared_pages_total", "What Valkey had of a page that was not in memory", ["found"])

BUCKETS = 256
MOST_IN_BUCKET = 256  # pages; all buckets full are some 100 MB
FRESH = 30.0  # seconds a page is believed after it was read
LEASE = 1.0  # seconds in which one process reads a page and the others do not
KEPT = 7 * 86_400.0
TIMEOUT = 0.25
REST = 2.0
WAIT = 0.02  # between two looks whether the process that reads is done

State = Literal["fresh", "read", "wait", "alone"]

_NOW = """
redis.set_repl(redis.REPL_NONE)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

# KEYS: pages, leases and version of a bucket. ARGV: handle, then in ms: how long a page is fresh, is kept, and a lease;
# since when pages are believed at all; how a readable page begins. Gives what to do, the page, and the version.
# A page: '+' or, once it changed, '-'; the time it was read; what was kept.
ASK = (
    _NOW
    + """
local page = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if page ~= '' then
    local at = tonumber(string.sub(page, 2, 14))
    local format = string.sub(page, 15, 14 + #ARGV[6])
    if format ~= ARGV[6] or now - at > tonumber(ARGV[3]) then
        page = ''
    elseif string.sub(page, 1, 1) == '+' and at >= tonumber(ARGV[5]) and math.abs(now - at) < tonumber(ARGV[2]) then
        return {'fresh', string.sub(page, 15), ''}
    end
end
local lease = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or nil)
if lease and lease > now and lease <= now + tonumber(ARGV[4]) then
    return {'wait', string.sub(page, 15), ''}
end
if redis.call('HLEN', KEYS[2]) >= 1000 then redis.call('DEL', KEYS[2]) end
redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f', now + ARGV[4]))
return {'read', string.sub(page, 15), redis.call('GET', KEYS[3]) or '0'}
"""
)

# ARGV: handle, the version told by ASK, the page, or '' when there is none; most pages. Not kept when anything in the
# bucket changed since it was asked for: it may have been read before that.
KEEP = (
    _NOW
    + """
redis.call('HDEL', KEYS[2], ARGV[1])
if (redis.call('GET', KEYS[3]) or '0') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
while redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) do
    redis.call('HDEL', KEYS[1], redis.call('HRANDFIELD', KEYS[1]))
end
redis.call('HSET', KEYS[1], ARGV[1], '+' .. string.format('%013.0f', now) .. ARGV[3])
return 1
"""
)

# ARGV: handle, and '1' when nobody may see it any more.
CHANGE = (
    _NOW
    + """
redis.call('INCR', KEYS[3])
redis.call('HDEL', KEYS[2], ARGV[1])
local page = redis.call('HGET', KEYS[1], ARGV[1])
if page and ARGV[2] == '1' then
    redis.call('HDEL', KEYS[1], ARGV[1])
elseif page then
    redis.call('HSET', KEYS[1], ARGV[1], '-' .. string.sub(page, 2))
end
return 1
"""
)

_DIGESTS = {
    script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest() for script in (ASK, KEEP, CHANGE)
}


@dataclass(frozen=True, slots=True)
class Found:
    """`fresh`: use `page`. `read`: it is for you to read it from the database, then call `keep`; `page` is an older
    one. `alone`: as `read`, but Valkey is away and nobody else will know."""

    state: State
    page: bytes = b""
    version: bytes = b""


ALONE = Found("alone")


class SharedPages:
    """What one process knows of the pages that all of them keep. Raises nothing: a cache may be away."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey
        self._breaker = Breaker("valkey-pages", failures=2, pause=REST)
        # Milliseconds by Valkey's clock. Of what was read before, changes may have gone unheard.
        self.believed_since = 0

    async def ask(self, handle: str, form: bytes, *, patience: float = 0.0) -> Found:
        """What to do for `handle`, of whose pages those that begin with `form` can be used.

        While another process reads it, waits for that one up to `patience` seconds.
        """
        end = asyncio.get_running_loop().time() + patience
        while True:
            found = await self._ask(handle, form)
            if found.state != "wait" or asyncio.get_running_loop().time() >= end:
                break
            await asyncio.sleep(WAIT)
        asked.labels(found.state).inc()
        return found

    async def _ask(self, handle: str, form: bytes) -> Found:
        # Processes that keep pages for the same time would all ask again in the same moment.
        fresh = FRESH * random.uniform(0.8, 1.0)  # noqa: S311
        times = [round(seconds * 1000) for seconds in (fresh, KEPT, LEASE)]
        answer = await self._call(ASK, handle, *times, self.believed_since, form)
        if answer is None:
            return ALONE
        state, page, version = answer
        return Found(state.decode(), page, version)

    async def keep(self, handle: str, found: Found, page: bytes) -> None:
        """`page` was read after `found` was given; b'' when there is none."""
        if found.state == "read":
            await self._call(KEEP, handle, found.version, page, MOST_IN_BUCKET)

    async def give_up(self, handle: str, found: Found) -> None:
        """It could not be read; another process may try."""
        if found.state == "read":
            await self._call(KEEP, handle, b"", b"", MOST_IN_BUCKET)

    async def change(self, handle: str, *, gone: bool) -> None:
        """The page is not believed any more; `gone`: nor kept for bad times. Raises ValkeyError and OSError."""
        await self._run(CHANGE, handle, "1" if gone else "0")

    async def _call(self, script: str, handle: str, *arguments: Any) -> Any:
        try:
            with self._breaker.attempt(ValkeyError, OSError, TimeoutError):
                async with asyncio.timeout(TIMEOUT):
                    return await self._run(script, handle, *arguments)
        except (ValkeyError, OSError, TimeoutError) as error:
            log.warning("pages are not shared with other processes", error=type(error).__name__)
        except Unavailable:
            pass
        return None

    async def _run(self, script: str, handle: str, *arguments: Any) -> Any:
        bucket = zlib.crc32(handle.encode()) % BUCKETS
        keys = [f"np:{{pages:{bucket}}}:{name}" for name in ("pages", "leases", "version")]
        try:
            return await self._command("EVALSHA", _DIGESTS[script], len(keys), *keys, handle, *arguments)
        except NoScriptError:
            return await self._command("EVAL", script, len(keys), *keys, handle, *arguments)

    async def _command(self, *words: Any) -> Any:
        call = self._valkey.execute_command(*words)  # type: ignore[no-untyped-call]
        return await call
