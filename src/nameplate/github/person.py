"""Who somebody is on GitHub, as the beginning of a page: nothing is stored, the owner looks at it first."""

from dataclasses import dataclass

import httpx
import msgspec

from nameplate.db import Database
from nameplate.errors import NotFound, Unavailable
from nameplate.github import address, avatar, tokens
from nameplate.github.avatar import Avatar, NoAvatar
from nameplate.github.budget.borrow import Loan, borrowed
from nameplate.github.client import Answer, ask, graphql_url, make_client, rest_url
from nameplate.github.facts import clean, web_address
from nameplate.github.tokens import ANONYMOUS
from nameplate.http.caller import Caller
from nameplate.settings import Settings

MOST_PROJECTS = 6
_REPOSITORY = "... on Repository { nameWithOwner description stargazerCount isPrivate }"
QUERY = f"""query($login: String!) {{ rateLimit {{ cost }} user(login: $login) {{
  login name bio websiteUrl avatarUrl socialAccounts(first: 10) {{ nodes {{ url }} }}
  pinnedItems(first: {MOST_PROJECTS}, types: [REPOSITORY]) {{ nodes {{ {_REPOSITORY} }} }}
  repositories(first: {MOST_PROJECTS}, ownerAffiliations: [OWNER], privacy: PUBLIC, isFork: false,
    orderBy: {{field: STARGAZERS, direction: DESC}}) {{ nodes {{ {_REPOSITORY} }} }}
}} }}"""


class ProposedLink(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    """Empty: guessed from the url when it is added."""
    url: str
    note: str
    """What to tell it by: a project's description and stars."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What a page could begin with. Nothing of it is stored."""

    login: str
    display_name: str
    bio: str
    links: list[ProposedLink]
    """GitHub itself, the website, other accounts, then projects: pinned ones, else those with most stars."""
    avatar: Avatar | None
    avatar_fault: str
    """Why there is none, in a sentence. The rest is as good without."""


@dataclass(frozen=True, slots=True)
class _Found:
    person: Person
    avatar_url: object


async def find(db: Database, settings: Settings, caller: Caller, login: str) -> Person:
    """Raises NotFound for who is not there, Unavailable while GitHub cannot be asked."""
    known = tokens.known(settings)
    hints = {name: tokens.hint(secret) for name, secret in known.items()}
    async with borrowed(db, caller.account_id, hints) as loan, make_client(settings) as client:
        if loan.token.id == ANONYMOUS:
            found = await _by_rest(client, settings, login, loan)
        else:
            found = await _by_graphql(client, settings, known[loan.token.id], login, loan)
    if loan.last is None or loan.last.kind != "ok":
        raise Unavailable("GitHub is not answering; please try again in a few minutes.", retry_after=120)
    if found is None:
        raise NotFound("GitHub knows no person of this name.")
    # The token is back by now: avatars need none, and are not counted.
    try:
        picture = await avatar.fetch(settings, found.person.login, found.avatar_url)
    except NoAvatar as error:
        return msgspec.structs.replace(found.person, avatar_fault=str(error))
    return msgspec.structs.replace(found.person, avatar=picture)


async def _by_graphql(
    client: httpx.AsyncClient, settings: Settings, secret: str, login: str, loan: Loan
) -> _Found | None:
    body = msgspec.json.encode({"query": QUERY, "variables": {"login": login}})
    answer = await ask(client, "POST", graphql_url(settings), secret, body=body)
    judgement = loan.judge(answer)
    data = answer.body.get("data") if isinstance(answer.body, dict) else None
    user = data.get("user") if isinstance(data, dict) else None
    if judgement.kind != "ok" or not isinstance(user, dict):
        return None
    site = address.site(settings.github_api_url)
    pinned = [node for node in user["pinnedItems"]["nodes"] if node and not node["isPrivate"]]
    chosen = pinned or [node for node in user["repositories"]["nodes"] if node and not node["isPrivate"]]
    projects = [
        _project(site, node["nameWithOwner"], node["description"], node["stargazerCount"]) for node in chosen
    ]
    socials = [node["url"] for node in user["socialAccounts"]["nodes"] if node]
    person = _person(site, user["login"], user["name"], user["bio"], user["websiteUrl"], socials, projects)
    return _Found(person, user["avatarUrl"])


async def _by_rest(client: httpx.AsyncClient, settings: Settings, login: str, loan: Loan) -> _Found | None:
    """Three requests of the sixty an hour. REST does not tell what is pinned."""
    answers: list[Answer] = []
    for path in (f"/users/{login}", f"/users/{login}/social_accounts", f"/users/{login}/repos?per_page=100"):
        answer = await ask(client, "GET", rest_url(settings, path), "")
        if loan.judge(answer).kind != "ok" or answer.status != 200:
            return None
        answers.append(answer)
    user, socials, repositories = (answer.body for answer in answers)
    site = address.site(settings.github_api_url)
    own = [repo for repo in repositories if not repo["fork"] and not repo["private"]]
    best = sorted(own, key=lambda repo: -(repo.get("stargazers_count") or 0))[:MOST_PROJECTS]
    projects = [
        _project(site, repo["full_name"], repo["description"], repo.get("stargazers_count") or 0)
        for repo in best
    ]
    urls = [social["url"] for social in socials]
    person = _person(site, user["login"], user["name"], user["bio"], user["blog"], urls, projects)
    return _Found(person, user["avatar_url"])


def _project(site: str, full_name: str, description: object, stars: int) -> ProposedLink:
    told = [clean(description, 200), f"{stars:,} {'star' if stars == 1 else 'stars'}" if stars else ""]
    return ProposedLink(
        title=full_name.partition("/")[2],
        url=f"{site}/{full_name}",
        note=" · ".join(filter(None, told)),
    )


def _person(
    site: str,
    login: str,
    name: object,
    bio: object,
    website: object,
    socials: list[str],
    projects: list[ProposedLink],
) -> Person:
    links = [ProposedLink(title="", url=f"{site}/{login}", note="Your profile")]
    if address := web_address(website):
        links.append(ProposedLink(title="Website", url=address, note=""))
    links += [
        ProposedLink(title="", url=address, note="") for url in socials if (address := web_address(url))
    ]
    seen: set[str] = set()
    once = [link for link in [*links, *projects] if not (link.url in seen or seen.add(link.url))]  # type: ignore[func-returns-value]
    return Person(
        login=login,
        display_name=clean(name, 80),
        bio=clean(bio, 400),
        links=once,
        avatar=None,
        avatar_fault="",
    )
