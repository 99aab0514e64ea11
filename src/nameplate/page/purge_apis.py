"""How the caches in front are told to throw pages out: one request each for Cloudflare and Fastly.

https://developers.cloudflare.com/api/resources/cache/methods/purge/ and
https://www.fastly.com/documentation/reference/api/purging/
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nameplate.settings import Settings


@dataclass(frozen=True, slots=True)
class Api:
    """`most`: names in one request. `headers(token)`; `body(names)`; `taken(answer)`: whether its JSON says yes."""

    url: str
    path: str
    most: int
    headers: Callable[[str], dict[str, str]]
    body: Callable[[Sequence[str]], dict[str, Any]]
    taken: Callable[[Any], bool]


def _fastly_took(answer: Any) -> bool:
    """It gives each name the id of its purge."""
    return isinstance(answer, dict) and bool(answer)


APIS = {
    "cloudflare": Api(
        url="https://api.cloudflare.com/client/v4",
        path="/zones/{zone}/purge_cache",
        most=30,  # on every plan
        headers=lambda token: {"Authorization": f"Bearer {token}"},
        body=lambda names: {"tags": list(names)},
        taken=lambda answer: isinstance(answer, dict) and answer.get("success") is True,
    ),
    "fastly": Api(
        url="https://api.fastly.com",
        path="/service/{zone}/purge",
        most=256,
        headers=lambda token: {"Fastly-Key": token},
        body=lambda names: {"surrogate_keys": list(names)},
        taken=_fastly_took,
    ),
}


def address(settings: Settings) -> str:
    """Where the configured one is asked."""
    api = APIS[settings.cdn_purge_provider]
    base = (settings.cdn_purge_url or api.url).rstrip("/")
    return base + api.path.format(zone=settings.cdn_purge_zone)
