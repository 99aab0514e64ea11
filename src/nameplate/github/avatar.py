"""The picture GitHub shows of somebody: fetched here, so that no browser asks there, and not stored."""

import asyncio
import base64

import httpx
import msgspec
from prometheus_client import Counter

from nameplate import __version__
from nameplate.assets.purposes import SHAPES
from nameplate.breaker import Breaker
from nameplate.errors import Unavailable
from nameplate.github import address
from nameplate.http import outgoing
from nameplate.settings import Settings

fetched = Counter("nameplate_github_avatars_total", "Avatars asked of GitHub, by how it ended", ["outcome"])

# 384 pixels are 20 to 60 kB as JPEG, up to 300 kB as PNG.
MOST_BYTES = 1_000_000
# In all: somebody is waiting for the rest of the answer.
SECONDS = 6.0
TIMEOUT = httpx.Timeout(4.0, connect=3.0)
EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
# docs.github.com: Meta API, domains; Enterprise Server, subdomain isolation.
_PUBLIC = frozenset(f"avatars{number}.githubusercontent.com" for number in ("", 0, 1, 2, 3))
_breaker = Breaker("github-avatars", failures=5, pause=60.0)


class Avatar(msgspec.Struct, frozen=True, kw_only=True):
    """Upload it as `avatar` to keep it; that is where it is looked into."""

    file_name: str
    type: str
    """As GitHub says."""
    data: str
    """In base64."""


class NoAvatar(Exception):
    """Says in a sentence why there is none."""

    def __init__(self, outcome: str, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome


class _Ill(Exception):
    """It answered with something that says that it is not well."""


async def fetch(settings: Settings, login: str, url: object) -> Avatar:
    """One try. Raises NoAvatar."""
    try:
        found = await _fetch(settings, login, url)
    except NoAvatar as error:
        fetched.labels(error.outcome).inc()
        raise
    fetched.labels("fetched").inc()
    return found


def hosts(api_url: str) -> frozenset[str]:
    """Where the avatars are that this API tells of."""
    host = address.host(api_url)
    if host == address.PUBLIC:
        return _PUBLIC
    own = {host, f"avatars.{host}"}
    return frozenset(own | _PUBLIC if host.endswith(".ghe.com") else own)


def checked(api_url: str, url: object) -> httpx.URL:
    """`url`, in the size that is needed. Raises NoAvatar when it leads anywhere but to where GitHub's avatars are."""
    elsewhere = NoAvatar("elsewhere", "GitHub says that the picture is in a place where it keeps none.")
    try:
        target, api = httpx.URL(str(url)), httpx.URL(api_url)
    except httpx.InvalidURL:
        raise elsewhere from None
    there = target.netloc.decode("ascii")
    by_api = (target.scheme, there) == (api.scheme, api.netloc.decode("ascii"))
    if target.userinfo or not (by_api or (target.scheme == "https" and there in hosts(api_url))):
        raise elsewhere
    return target.copy_set_param("s", SHAPES["avatar"].sizes[0])


async def _fetch(settings: Settings, login: str, url: object) -> Avatar:
    target = checked(settings.github_api_url, url)
    try:
        with _breaker.attempt(_Ill, httpx.TransportError, httpx.DecodingError, TimeoutError):
            async with asyncio.timeout(SECONDS):
                kind, content = await _get(settings, target)
    except (_Ill, httpx.TransportError, httpx.DecodingError, TimeoutError, Unavailable):
        raise NoAvatar("none", "GitHub did not send the picture; try again in a few minutes.") from None
    name = f"{login}.{EXTENSIONS[kind]}"
    return Avatar(file_name=name, type=kind, data=base64.b64encode(content).decode())


async def _get(settings: Settings, target: httpx.URL) -> tuple[str, bytes]:
    """Type and content. No token goes along, and no redirect is followed: it could lead anywhere."""
    headers = {"User-Agent": f"nameplate/{__version__}", "Accept": ", ".join(EXTENSIONS)}
    # Names that follow from what the operator configured: on his network when it is his Enterprise.
    configured = [settings.github_api_url, f"https://{target.netloc.decode('ascii')}"]
    async with (
        outgoing.client(configured=configured, timeout=TIMEOUT) as client,
        client.stream("GET", target, headers=headers) as answer,
    ):
        if answer.status_code >= 500 or answer.status_code == 429:
            raise _Ill
        if answer.status_code != 200:
            raise NoAvatar("missing", f"GitHub has no such picture (it answered {answer.status_code}).")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in EXTENSIONS:
            raise NoAvatar("no-picture", "What GitHub sent is not a picture.")
        content = bytearray()
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > MOST_BYTES:
                raise NoAvatar(
                    "too-large", f"The picture on GitHub is larger than {MOST_BYTES // 1_000_000} MB."
                )
    if not content:
        raise NoAvatar("no-picture", "What GitHub sent is not a picture.")
    return kind, bytes(content)
