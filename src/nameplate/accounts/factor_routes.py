"""Two-step log-in: what there is, the authenticator app, recovery codes."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from nameplate.accounts import prove
from nameplate.accounts import queries as accounts
from nameplate.accounts.callers import SESSION
from nameplate.accounts.factors import changes, passkeys, queries, recovery, totp
from nameplate.accounts.factors.changes import Owner
from nameplate.accounts.passkey_routes import Passkey, shown
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import Conflict, NotFound, NotSignedIn
from nameplate.http.caller import Caller
from nameplate.settings import Settings


class Factors(msgspec.Struct, frozen=True, kw_only=True):
    """`two_step`: a password, or GitHub, alone no longer opens the account."""

    two_step: bool
    totp_since: datetime | None
    passkeys: list[Passkey]
    recovery_codes_left: int


class TotpOffer(msgspec.Struct, frozen=True, kw_only=True):
    """`uri` is what the QR code `picture` (SVG) says; `secret` is for typing."""

    secret: str
    uri: str
    picture: str


class TotpCode(msgspec.Struct, frozen=True):
    code: Annotated[str, msgspec.Meta(max_length=20)]


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Shown this once. Empty: those you have go on working."""

    recovery_codes: list[str]


@get(
    "/factors",
    operation_id="getFactors",
    summary="Your second factors",
    tags=["Two-step log-in"],
    security=SESSION,
)
async def get_factors(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> Factors:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        return await listed(tx, caller.account_id)


@post(
    "/factors/totp",
    operation_id="offerTotp",
    summary="Begin with an authenticator app",
    tags=["Two-step log-in"],
    security=SESSION,
)
async def offer_totp(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> TotpOffer:
    """Nothing is asked for at log-in until a first code is confirmed."""
    secret = totp.new_secret()
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        account = await accounts.get_account(tx, caller.account_id)
        if account is None:
            raise NotSignedIn("This account was deleted.")
        sealed = totp.seal(settings.secret_key, caller.account_id, secret)
        if not await queries.offer_totp(tx, caller.account_id, sealed, datetime.now(UTC)):
            raise Conflict("You have an authenticator app already. Remove it first.")
    uri = totp.address(secret, account.handle, passkeys.rp_id(settings))
    return TotpOffer(secret=secret, uri=uri, picture=totp.picture(uri))


@post(
    "/factors/totp/confirmation",
    operation_id="confirmTotp",
    summary="Confirm the authenticator app with a code",
    tags=["Two-step log-in"],
    security=SESSION,
    status_code=200,
)
async def confirm_totp(
    data: JSONBody[TotpCode],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[RecoveryCodes]:
    """From now on a log-in asks for a code. Answers with recovery codes when there were none."""
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        before = await queries.present(tx, caller.account_id)
        row = await queries.get_totp(tx, caller.account_id)
        if row is None or row.confirmed_at is not None:
            raise Conflict("No authenticator app waits for its first code. Begin again.")
        outcome = await totp.check(tx, settings.secret_key, caller.account_id, row, data.code, now)
        if outcome != "fits":
            raise prove.WrongProof(*prove.SENTENCES["totp" if outcome == "wrong" else outcome])
        await queries.confirm_totp(tx, caller.account_id, now)
        await audit.record(tx, caller.account_id, "totp.added")
        owner = Owner(caller, settings, audit)
        codes = await changes.first_codes(tx, owner, before, now)
        cookie = await changes.changed(tx, owner, before)
    return Response(RecoveryCodes(codes), cookies=[cookie])


@delete(
    "/factors/totp",
    operation_id="removeTotp",
    summary="Remove the authenticator app",
    tags=["Two-step log-in"],
    security=SESSION,
)
async def remove_totp(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[None]:
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        before = await queries.present(tx, caller.account_id)
        if not await queries.remove_totp(tx, caller.account_id):
            raise NotFound("There is no authenticator app.")
        await audit.record(tx, caller.account_id, "totp.removed")
        cookie = await changes.changed(tx, Owner(caller, settings, audit), before)
    return Response(None, status_code=204, cookies=[cookie])


@post(
    "/recovery-codes",
    operation_id="renewRecoveryCodes",
    summary="New recovery codes in place of the old",
    tags=["Two-step log-in"],
    security=SESSION,
)
async def renew_codes(
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> RecoveryCodes:
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        if not (await queries.present(tx, caller.account_id)).two_step:
            raise Conflict("Add an authenticator app or a passkey first: these codes stand in for them.")
        codes = await recovery.renew(tx, settings.secret_key, caller.account_id, datetime.now(UTC))
        await audit.record(tx, caller.account_id, "recovery-codes.made")
    return RecoveryCodes(codes)


async def listed(tx: Tx, account_id: UUID) -> Factors:
    present = await queries.present(tx, account_id)
    row = await queries.get_totp(tx, account_id)
    keys = await queries.get_passkeys(tx, account_id)
    return Factors(
        two_step=present.two_step,
        totp_since=row.confirmed_at if row else None,
        passkeys=[shown(key) for key in keys],
        recovery_codes_left=present.recovery_codes,
    )


routes = [get_factors, offer_totp, confirm_totp, remove_totp, renew_codes]
