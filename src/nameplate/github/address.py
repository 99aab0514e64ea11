"""Which repository an address means, however it is spelled."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

PUBLIC = "github.com"
# What people paste: from the browser, from `git remote -v`, from package.json, from a badge.
_SPELLING = r"""(?:git\+)?
    (?: (?:https?|ssh|git)://(?:[\w.-]+(?::[^@/\s]*)?@)?(?:www\.|ssh\.)?HOST(?::\d+)?/
      | (?:[\w.-]+@)(?:ssh\.)?HOST:/?
      | github:
      | (?:www\.)?HOST/ )
    /*(?P<owner>[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,38})
    /+(?P<name>[\w.-]{1,100})
    (?:[/?\#].*)?\Z"""
# First segments of github.com that are no accounts.
_NOT_AN_OWNER = frozenset(
    """about account apps codespaces collections contact customer-stories dashboard enterprise events explore features
    gist issues join login logout marketplace new notifications orgs organizations pricing pulls readme search security
    settings site solutions sponsors stars team topics trending users""".split()
)


@dataclass(frozen=True, slots=True)
class Address:
    owner: str
    name: str
    host: str = PUBLIC

    @property
    def key(self) -> str:
        """GitHub does not tell capitals apart."""
        return f"{self.owner}/{self.name}".lower()

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.owner}/{self.name}"


def host(api_url: str) -> str:
    """Where people look at the repositories that this API knows.

    GitHub Enterprise Server has its API at https://HOST/api/v3, github.com and the *.ghe.com at https://api.HOST.
    """
    parts = urlsplit(api_url)
    if parts.path.rstrip("/").endswith("/api/v3"):
        return parts.netloc.rpartition("@")[2].lower()
    name = parts.hostname or ""
    return name.removeprefix("api.") if name.startswith("api.") else PUBLIC


def site(api_url: str) -> str:
    return f"https://{host(api_url)}"


def parse(text: str, host: str = PUBLIC) -> Address | None:
    """The repository, or None when `text` is no address in one. Paths below it (issues, a file) count as it.

    `host`: the GitHub there is, see the function of this name.
    """
    match = _spelling(host).match(text.strip())
    if match is None or match["owner"].lower() in _NOT_AN_OWNER:
        return None
    name = match["name"]
    if name.lower().endswith(".git"):
        name = name[:-4]
    return Address(match["owner"], name, host) if name.strip(".") else None


@lru_cache(maxsize=4)
def _spelling(host: str) -> re.Pattern[str]:
    name, _, port = host.partition(":")
    # With a port of its own, the address has exactly that one.
    there = re.escape(host) if port else re.escape(name)
    return re.compile(_SPELLING.replace("HOST", there), re.I | re.X)


def is_web(text: str) -> bool:
    """Whether a browser could open it as it stands."""
    return text.lower().startswith(("https://", "http://"))
