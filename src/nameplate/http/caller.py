"""Who is calling the API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.errors import Forbidden

SCOPES = frozenset(
    {
        "profile:read",
        "profile:write",
        "links:read",
        "links:write",
        "assets:read",
        "assets:write",
        "analytics:read",
        "analytics:write",
        "account:read",
    }
)
# What a link to the statistics may read: sums, and nothing about anything else. No token can be given it.
STATISTICS = "statistics:read"


@dataclass(frozen=True, slots=True)
class Caller:
    """A proven account. `session_id` is set for the cookie, `token_id` and `scopes` for an API token, `share_id` for
    a stranger with a link to its statistics.

    `proven_at`: when the session last proved who sits there, see accounts/prove.py.
    """

    account_id: UUID
    session_id: UUID | None = None
    proven_at: datetime | None = None
    token_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    share_id: UUID | None = None

    def may(self, *scopes: str) -> None:
        """Raises Forbidden when a token was given none of `scopes`. A session may do everything."""
        if self.session_id is None and self.scopes.isdisjoint(scopes):
            if self.share_id is not None:
                raise Forbidden("This link shows statistics and nothing else.")
            raise Forbidden(f"This token was not given the scope {scopes[0]}. Make one that has it.")

    def must_be_person(self) -> UUID:
        """The session's id. Raises Forbidden for tokens: they never change the account, sessions or tokens."""
        if self.session_id is None:
            raise Forbidden("Tokens cannot do this. Log in on the dashboard.")
        return self.session_id
