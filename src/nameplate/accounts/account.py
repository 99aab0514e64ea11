"""The account as the API shows it."""

from datetime import datetime
from uuid import UUID

import msgspec

from nameplate.accounts.queries import AccountRow


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who is logged in. Without a password, only GitHub opens the account."""

    id: UUID
    email: str
    email_verified: bool
    has_password: bool
    github_login: str | None
    handle: str
    created_at: datetime


def shown(row: AccountRow) -> Account:
    return Account(
        id=row.account_id,
        email=row.email,
        email_verified=row.email_verified_at is not None,
        has_password=row.password_hash is not None,
        github_login=row.github_login,
        handle=row.handle,
        created_at=row.created_at,
    )
