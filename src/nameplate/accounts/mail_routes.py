"""Confirm an e-mail address; choose a new password by mail."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from litestar import MediaType, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from nameplate import jobs
from nameplate.accounts import changes, queries
from nameplate.accounts.attempts import Attempts
from nameplate.accounts.callers import SESSION
from nameplate.accounts.log_in import CANDIDATES
from nameplate.accounts.mail import proofs
from nameplate.accounts.passwords import hasher
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import TooMany
from nameplate.http.caller import Caller
from nameplate.ids import new_id


class Proof(msgspec.Struct, frozen=True):
    """What stands behind # in the link of the mail."""

    proof: Annotated[str, msgspec.Meta(max_length=200)]


class ConfirmedAddress(msgspec.Struct, frozen=True):
    email: str


class ForgottenPassword(msgspec.Struct, frozen=True):
    email: Annotated[str, msgspec.Meta(max_length=320)]


class NewPassword(Proof, frozen=True):
    password: Annotated[str, msgspec.Meta(max_length=1024)]


@post(
    "/account/verification",
    operation_id="sendVerification",
    summary="Send the mail that confirms your address again",
    tags=["Account"],
    security=SESSION,
    status_code=202,
    media_type=MediaType.TEXT,  # an empty body
)
async def send_verification(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> None:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        if not await proofs.may_send(tx, caller.account_id, "verify", datetime.now(UTC)):
            raise TooMany(
                "Several mails are on their way already. Look into the spam folder, or try again tomorrow.",
                headers={"Retry-After": "3600"},
            )
        await jobs.defer(tx, "accounts.send_verification", account_id=caller.account_id)


@post(
    "/verifications",
    operation_id="verifyEmail",
    summary="Confirm the address a mail was sent to",
    tags=["Account"],
    security=[],
    status_code=200,
)
async def verify_email(
    data: JSONBody[Proof], db: NamedDependency[Database], audit: NamedDependency[Audit]
) -> ConfirmedAddress:
    """Works once, on any device, logged in or not. 410 when the link no longer works."""
    return ConfirmedAddress(await changes.verify_email(db, audit, data.proof))


@post(
    "/password-resets",
    operation_id="askForPasswordReset",
    summary="Ask for a mail with which to choose a new password",
    tags=["Account"],
    security=[],
    status_code=202,
    media_type=MediaType.TEXT,  # an empty body
)
async def ask_for_reset(
    data: JSONBody[ForgottenPassword],
    attempts: NamedDependency[Attempts],
    db: NamedDependency[Database],
) -> None:
    """202 whether or not anybody has the address."""
    email = changes.checked_email(data.email)
    await attempts.reset(email)
    async with db.as_claimant(email) as tx:
        found = [row.account_id for row in await queries.claims(tx, email, CANDIDATES)]
        # Nobody's jobs fill up: the work here is the same for every address.
        for account_id in [*found, *(new_id() for _ in range(CANDIDATES - len(found)))]:
            await jobs.defer(tx, "accounts.send_reset", account_id=account_id)


@put(
    "/password-resets",
    operation_id="resetPassword",
    summary="Choose a new password",
    tags=["Account"],
    security=[],
    status_code=204,
)
async def reset_password(
    data: JSONBody[NewPassword], db: NamedDependency[Database], audit: NamedDependency[Audit]
) -> None:
    """Ends every session. 410 when the link no longer works. A second factor is still asked for at the next log-in."""
    await changes.reset_password(db, hasher, audit, data.proof, data.password)


routes = [send_verification, verify_email, ask_for_reset, reset_password]
