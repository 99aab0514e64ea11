"""`nameplate import github:LOGIN`: through the API, as its owner would, and not before he said yes."""

import base64
from typing import Any

import httpx
from rich.console import Console
from rich.prompt import Confirm
from rich.table import Table

from nameplate.errors import StartError


def start(url: str, source: str, token: str, *, yes: bool) -> int:
    """0 when the page was changed. Raises StartError with what to do."""
    kind, _, login = source.partition(":")
    if kind != "github" or not login:
        raise StartError("Say where from as github:LOGIN, such as github:octocat.")
    console = Console()
    with httpx.Client(
        base_url=f"{url.rstrip('/')}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
    ) as api:
        found = _call(api, "GET", f"/github/people/{login}")
        there = {link["url"].rstrip("/").lower() for link in _call(api, "GET", "/links")["rows"]}
        links = [link for link in found["links"] if link["url"].rstrip("/").lower() not in there]
        profile = _call(api, "GET", "/profile")
        # What the owner wrote himself stays.
        unset = ("", profile["handle"])
        change = {
            name: found[name] for name in ("display_name", "bio") if found[name] and profile[name] in unset
        }
        table = Table("What", "Becomes", box=None)
        for name, value in change.items():
            table.add_row("Name" if name == "display_name" else "Bio", value)
        picture = None if profile["avatar"] else found["avatar"]
        if picture:
            table.add_row("Picture", f"{picture['file_name']}  {len(picture['data']) * 3 // 4000} kB")
        for link in links:
            table.add_row("Link", f"{link['url']}  {link['note']}".strip())
        console.print(table)
        if found["avatar_fault"] and not profile["avatar"]:
            console.print(f"No picture: {found['avatar_fault']}")
        if not (change or links or picture):
            console.print("Everything is on the page already.")
            return 0
        if not yes and not Confirm.ask("Put this on the page?", default=False):
            return 1
        if change:
            _call(api, "PATCH", "/profile", change)
        for link in links:
            body = {"url": link["url"], **({"title": link["title"]} if link["title"] else {})}
            _call(api, "POST", "/links", body)
        if picture:
            _take_over(console, api, picture)
    console.print(f"{len(links)} links added. Projects show their stars within seconds.")
    return 0


def _take_over(console: Console, api: httpx.Client, picture: dict[str, str]) -> None:
    """Last, and said when it does not work: the page has the rest by then."""
    file = (picture["file_name"], base64.b64decode(picture["data"]), picture["type"])
    try:
        upload = _call(api, "POST", "/assets", data={"purpose": "avatar"}, files={"file": file})
        _call(api, "PATCH", "/profile", {"avatar_id": upload["id"]})
    except StartError as error:
        console.print(f"The picture was not taken: {error}")


def _call(api: httpx.Client, method: str, path: str, body: Any = None, **form: Any) -> Any:
    try:
        answer = api.request(method, path, json=body, **form)
    except httpx.HTTPError as error:
        raise StartError(f"Nameplate does not answer at {api.base_url}: {error}") from error
    if answer.is_error:
        problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        raise StartError(problem.get("detail") or problem.get("title") or f"HTTP {answer.status_code}")
    return answer.json()
