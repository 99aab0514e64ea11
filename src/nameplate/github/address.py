"""Which repository an address means, however it is spelled."""

import re
from dataclasses import dataclass

# What people paste: from the browser, from `git remote -v`, from package.json, from a badge.
_SPELLING = re.compile(
    r"""(?:git\+)?
    (?: (?:https?|ssh|git)://(?:[\w.-]+(?::[^@/\s]*)?@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/
      | (?:[\w.-]+@)(?:ssh\.)?github\.com:/?
      | github:
      | (?:www\.)?github\.com/ )
    /*(?P<owner>[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){0,38})
    /+(?P<name>[\w.-]{1,100})
    (?:[/?\#].*)?\Z""",
    re.I | re.X,
)
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

    @property
    def key(self) -> str:
        """GitHub does not tell capitals apart."""
        return f"{self.owner}/{self.name}".lower()

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        return f"https://github.com/{self.owner}/{self.name}"


def parse(text: str) -> Address | None:
    """The repository, or None when `text` is no address in one. Paths below it (issues, a file) count as it."""
    match = _SPELLING.match(text.strip())
    if match is None or match["owner"].lower() in _NOT_AN_OWNER:
        return None
    name = match["name"]
    if name.lower().endswith(".git"):
        name = name[:-4]
    return Address(match["owner"], name) if name.strip(".") else None


def is_web(text: str) -> bool:
    """Whether a browser could open it as it stands."""
    return text.lower().startswith(("https://", "http://"))
