"""Passkeys: add, rename, remove."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from nameplate.accounts import prove
from nameplate.accounts import queries as accounts
from nameplate.accounts.callers import SESSION
from nameplate.accounts.factors import changes, passkeys, queries
from nameplate.accounts.factors.changes import Owner
from nameplate.accounts.factors.passkeys import CHALLENGE, Challenge
from nameplate.accounts.factors.queries import PasskeyRow
from nameplate.accounts.proof_routes import PasskeyOptions
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import Conflict, Invalid, NotFound, NotSignedIn
from nameplate.http.caller import Caller
from nameplate.settings import Settings

Name = Annotated[str, msgspec.Meta(max_length=200)]


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """`synced`: it is on more than one device of its owner."""

    id: UUID
    name: str
    synced: bool
    created_at: datetime
    used_at: datetime | None


class NewPasskey(msgspec.Struct, frozen=True, kw_only=True):
    """`passkey` is what the browser's `PublicKeyCredential.toJSON()` says."""

    name: Name = ""
    passkey: dict[str, Any]


class MadePasskey(msgspec.Struct, frozen=True, kw_only=True):
    """`recovery_codes` are shown this once. Empty: those you have go on working."""

    passkey: Passkey
    recovery_codes: list[str]


class PasskeyName(msgspec.Struct, frozen=True):
    name: Name


@post(
    "/passkeys/registration",
    operation_id="offerPasskey",
    summary="Begin to add a passkey",
    tags=["Two-step log-in"],
    security=SESSION,
    status_code=200,
)
async def offer_passkey(
    caller: NamedDependency[Caller], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[PasskeyOptions]:
    """What the browser's `navigator.credentials.create()` wants."""
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        account = await accounts.get_account(tx, caller.account_id)
        known = await queries.get_passkeys(tx, caller.account_id)
    if account is None:
        raise NotSignedIn("This account was deleted.")
    if len(known) >= passkeys.MOST_PASSKEYS:
        raise Conflict(f"You have {passkeys.MOST_PASSKEYS} passkeys already. Remove one first.")
    options, challenge = passkeys.to_add(settings, caller.account_id, account.handle, known)
    return Response(PasskeyOptions(options), cookies=[CHALLENGE.make(settings, challenge)])


@post(
    "/passkeys",
    operation_id="addPasskey",
    summary="Add a passkey",
    tags=["Two-step log-in"],
    security=SESSION,
)
async def add_passkey(
    data: JSONBody[NewPasskey],
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[MadePasskey]:
    """From now on it can log in on its own, and is asked for where only a password is given."""
    caller.must_be_person()
    challenge = CHALLENGE.read(settings, request.cookies, Challenge)
    name = _name(data.name or f"Passkey of {audit.origin.device}"[:80])
    row = None
    if challenge is not None and challenge.account == caller.account_id.hex:
        row = passkeys.made(settings, challenge, data.passkey, name)
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        if row is None or challenge is None or not await passkeys.spend(tx, caller.account_id, challenge):
            raise prove.WrongProof(*prove.SENTENCES["passkey"])
        before = await queries.present(tx, caller.account_id)
        if not await queries.add_passkey(tx, caller.account_id, row):
            raise Conflict("You have added this passkey before.")
        await audit.record(tx, caller.account_id, "passkey.added", name=name)
        owner = Owner(caller, settings, audit)
        codes = await changes.first_codes(tx, owner, before, row.created_at)
        cookie = await changes.changed(tx, owner, before)
    made = MadePasskey(recovery_codes=codes, passkey=shown(row))
    return Response(made, status_code=201, cookies=[cookie, CHALLENGE.none(settings)])


@patch(
    "/passkeys/{passkey_id:uuid}",
    operation_id="renamePasskey",
    summary="Rename a passkey",
    tags=["Two-step log-in"],
    security=SESSION,
    status_code=204,
)
async def rename_passkey(
    passkey_id: FromPath[UUID],
    data: JSONBody[PasskeyName],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    audit: NamedDependency[Audit],
) -> None:
    caller.must_be_person()
    name = _name(data.name)
    async with db.as_account(caller.account_id) as tx:
        if not await queries.rename_passkey(tx, caller.account_id, passkey_id, name):
            raise NotFound("You have no such passkey; perhaps it was removed already.")
        await audit.record(tx, caller.account_id, "passkey.renamed", name=name)


@delete(
    "/passkeys/{passkey_id:uuid}",
    operation_id="removePasskey",
    summary="Remove a passkey",
    tags=["Two-step log-in"],
    security=SESSION,
)
async def remove_passkey(
    passkey_id: FromPath[UUID],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[None]:
    async with db.as_account(caller.account_id) as tx:
        await prove.must_be_proven(tx, caller)
        before = await queries.present(tx, caller.account_id)
        name = await queries.remove_passkey(tx, caller.account_id, passkey_id)
        if name is None:
            raise NotFound("You have no such passkey; perhaps it was removed already.")
        await audit.record(tx, caller.account_id, "passkey.removed", name=name)
        cookie = await changes.changed(tx, Owner(caller, settings, audit), before)
    return Response(None, status_code=204, cookies=[cookie])


def _name(text: str) -> str:
    """Raises Invalid."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise Invalid(
            "Correct this and send it again.", fields={"name": "Give it a name of 1 to 80 characters."}
        )
    return name


def shown(row: PasskeyRow) -> Passkey:
    return Passkey(
        id=row.id, name=row.name, synced=row.synced, created_at=row.created_at, used_at=row.used_at
    )


routes = [offer_passkey, add_passkey, rename_passkey, remove_passkey]
