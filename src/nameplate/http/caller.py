"""Who is calling the API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nameplate.errors import Forbidden

SCOPES = frozenset(
    {"profile:read", "profile:write", "links:read", "links:write", "analytics:read", "account:read"}
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A proven account. `session_id` is set for the cookie, `token_id` and `scopes` for an API token.

    `proven_at`: when the session last proved who sits there, see accounts/prove.py.
    """

    account_id: UUID
    session_id: UUID | None = None
    proven_at: datetime | None = None
    token_id: UUID | None = None
    scopes: frozenset[str] = frozenset()

    def may(self, scope: str) -> None:
        """Raises Forbidden when a token was not given `scope`. A session may do everything."""
        if self.session_id is None and scope not in self.scopes:
            raise Forbidden(f"This token was not given the scope {scope}. Make one that has it.")

    def must_be_person(self) -> UUID:
        """The session's id. Raises Forbidden for tokens: they never change the account, sessions or tokens."""
        if self.session_id is None:
            raise Forbidden("Tokens cannot do this. Log in on the dashboard.")
        return self.session_id
