"""What the API says of projects on GitHub."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from nameplate.github.queries import LEAST, MOST, AttemptRow, StarsRow, SyncRow
from nameplate.github.states import Standing, State

Minutes = Annotated[int, msgspec.Meta(ge=LEAST, le=MOST)]


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the repository. Null and empty: there is none, or it is not known."""

    full_name: str
    description: str
    homepage: str
    language: str
    language_colour: str
    topics: list[str]
    licence: str
    """SPDX id."""
    release: str
    """Tag of the latest one."""
    stars: int | None
    forks: int | None
    open_issues: int | None
    archived: bool
    fork: bool
    template: bool
    pushed_at: datetime | None
    changed_at: datetime | None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    outcome: str
    """updated, unchanged, not-found, private, merged, failed, limited or refused."""
    status: int
    """Of HTTP; 0 when there was no answer."""
    cost: float
    """Its share of the points the call cost."""
    ms: int


class Stars(msgspec.Struct, frozen=True, kw_only=True):
    day: date
    stars: int


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with a project link."""

    link_id: UUID
    state: State
    waiting_until: datetime | None
    """When GitHub may be asked again, while `waiting`; null when the operator has to do something first."""
    last_success: datetime | None
    next_run: datetime | None
    interval_minutes: int
    own_interval: bool
    """False: follows the account's default."""
    paused: bool
    project: Project
    stars: list[Stars]
    """One for each day of the last 30 that it was looked at."""
    stars_week: int | None
    """More or fewer than a week ago; null when nothing is known of then."""


class SyncDetail(Sync, frozen=True, kw_only=True):
    attempts: list[Attempt]
    """Latest first."""


class SyncChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing stays as it is. `interval_minutes` null: as the account's default."""

    interval_minutes: Minutes | msgspec.UnsetType | None = msgspec.UNSET
    paused: bool | msgspec.UnsetType = msgspec.UNSET


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    interval_minutes: Minutes
    """For each project link that has no interval of its own."""


class OwnerToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token of the owner's, lent to keep his own projects current. It is never shown again."""

    source: Literal["login", "pasted"]
    """From log-in with GitHub, or pasted."""
    login: str
    """Whose it is."""
    added_at: datetime
    refused: bool
    """GitHub does not take it any more: give another one, or remove it."""
    remaining: int | None
    """Points left of its hour; null when it was not used yet."""


class NewOwnerToken(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    """Without scopes: public data is all that is read."""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """Every project link of the account."""

    rows: list[Sync]
    interval_minutes: int
    least_interval_minutes: int
    """The operator's: no interval is shorter."""
    resting_until: datetime | None
    """Until when GitHub is not asked for anybody: it is ill, or every limit is used up."""
    refused: bool
    """GitHub refuses every token of this installation; its operator has to give another one."""
    token: OwnerToken | None
    """The owner's own."""
    shared_tokens: bool
    """Whether this installation has tokens for everybody. Without, the owner's own makes most of a difference."""


def project(row: SyncRow) -> Project:
    return Project(**{name: getattr(row, name) for name in Project.__struct_fields__})


def attempt(row: AttemptRow) -> Attempt:
    return Attempt(at=row.at, outcome=row.outcome, status=row.status, cost=round(row.cost, 3), ms=row.ms)


def sync_fields(row: SyncRow, found: Standing, history: list[StarsRow], today: date) -> dict[str, object]:
    """The fields of `Sync`."""
    return {
        "link_id": row.link_id,
        "state": found.state,
        "waiting_until": found.until,
        "last_success": row.synced_at,
        "next_run": None if row.paused else row.due_at,
        "interval_minutes": row.interval_minutes,
        "own_interval": row.own_interval,
        "paused": row.paused,
        "project": project(row),
        "stars": [Stars(day=day.day, stars=day.stars) for day in history],
        "stars_week": _week(row, history, today),
    }


def _week(row: SyncRow, history: list[StarsRow], today: date) -> int | None:
    """Against the last day that is at least a week old."""
    before = [day.stars for day in history if (today - day.day).days >= 7]
    return None if row.stars is None or not before else row.stars - before[-1]
