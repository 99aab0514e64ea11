"""The second step of a log-in, log-in with a passkey, and proving oneself again."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from nameplate.accounts import entering, prove
from nameplate.accounts.account import Account, shown
from nameplate.accounts.callers import SESSION
from nameplate.accounts.entering import Door
from nameplate.accounts.factors import passkeys, tickets
from nameplate.accounts.factors import queries as factors
from nameplate.accounts.factors.passkeys import CHALLENGE, Challenge
from nameplate.accounts.log_in import WrongCredentials
from nameplate.accounts.passwords import hasher
from nameplate.accounts.prove import SENTENCES, Proof, Way, WrongProof
from nameplate.audit.record import Audit
from nameplate.db import Database
from nameplate.errors import Invalid
from nameplate.http.caller import Caller
from nameplate.settings import Settings

Secret = Annotated[str, msgspec.Meta(max_length=1024)]
Code = Annotated[str, msgspec.Meta(max_length=40)]


class LoggedIn(msgspec.Struct, frozen=True):
    account: Account


class PasskeyOptions(msgspec.Struct, frozen=True):
    """For `PublicKeyCredential.parseRequestOptionsFromJSON()` and its like. The challenge's cookie comes along."""

    options: dict[str, Any]


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """One of these. `passkey` is what the browser's `PublicKeyCredential.toJSON()` says."""

    code: Code = ""
    recovery_code: Code = ""
    passkey: dict[str, Any] | None = None


class PasskeyLogIn(msgspec.Struct, frozen=True):
    passkey: dict[str, Any]


class NewProof(SecondFactor, frozen=True, kw_only=True):
    password: Secret = ""


class ProofState(msgspec.Struct, frozen=True, kw_only=True):
    """`proven_until`: dangerous acts are possible until then; null: prove it again first."""

    proven_until: datetime | None
    methods: list[Way]


class PendingLogIn(msgspec.Struct, frozen=True):
    """What can be the second step of the log-in that this browser has begun."""

    methods: list[str]


@post(
    "/passkeys/challenge",
    operation_id="askPasskey",
    summary="What a passkey has to answer, for a log-in or a proof",
    tags=["Log-in"],
    security=[],
    status_code=200,
)
async def ask_passkey(settings: NamedDependency[Settings]) -> Response[PasskeyOptions]:
    """Works without a login name: the passkey tells whose it is. Good for five minutes, and for one answer."""
    options, challenge = passkeys.to_enter(settings)
    return Response(PasskeyOptions(options), cookies=[CHALLENGE.make(settings, challenge)])


@post(
    "/sessions/passkey",
    operation_id="logInWithPasskey",
    summary="Log in with a passkey",
    tags=["Log-in"],
    security=[],
)
async def log_in_with_passkey(
    data: JSONBody[PasskeyLogIn],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[LoggedIn]:
    """No second step follows: a passkey asks for a finger, a face or a PIN itself. 422 when it does not fit."""
    account_id = passkeys.claimed_account(data.passkey)
    challenge = CHALLENGE.read(settings, request.cookies, Challenge)
    fits = False
    if account_id is None:
        await audit.record_for_operator(db, "session.refused", reason="passkey")
    else:
        async with db.as_account(account_id) as tx:
            fits = await passkeys.check(tx, settings, account_id, challenge, data.passkey)
            if not fits and (await factors.present(tx, account_id)).passkeys:
                await entering.refuse(tx, audit, account_id, "passkey")
    if account_id is None or not fits:
        raise WrongProof(*SENTENCES["passkey"])
    entered = await entering.enter(Door(request, db, settings, audit), account_id, "passkey")
    if entered.account is None:
        raise WrongCredentials
    cookies = [*entered.cookies, CHALLENGE.none(settings)]
    return Response(LoggedIn(shown(entered.account)), status_code=201, cookies=cookies)


@get(
    "/sessions/second-factor",
    operation_id="getSecondFactor",
    summary="What can be the second step of the log-in that was begun",
    tags=["Log-in"],
    security=[],
)
async def get_second_factor(
    request: Request[Any, Any, Any], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> PendingLogIn:
    """401 when this browser has begun none lately."""
    ticket = await tickets.held(db, settings, request.cookies, datetime.now(UTC))
    async with db.as_account(ticket.account_id) as tx:
        return PendingLogIn(second_ways(await factors.present(tx, ticket.account_id)))


@post(
    "/sessions/second-factor",
    operation_id="giveSecondFactor",
    summary="The second step of a log-in",
    tags=["Log-in"],
    security=[],
)
async def give_second_factor(
    data: JSONBody[SecondFactor],
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> Response[LoggedIn]:
    """Answers with the session's cookie. 422 for a code that does not fit; after five of them, 401: begin again."""
    if not (data.code or data.recovery_code or data.passkey):
        raise Invalid("Give a code, a recovery code or a passkey.", fields={"code": "This is missing."})
    now = datetime.now(UTC)
    ticket = await tickets.held(db, settings, request.cookies, now)
    account_id = ticket.account_id
    # Counted before it is looked at, and in a transaction of its own: a hundred at once are still five.
    async with db.as_account(account_id) as tx:
        row = await tickets.checked(tx, ticket, now)
        await prove.must_not_guess(tx, account_id)
        tried = await factors.count_try(tx, account_id, ticket.id, tickets.MOST_TRIES)
        if not tried:
            await entering.refuse(tx, audit, account_id, "tries")
    if not tried:
        raise tickets.TicketRefused
    proof = Proof(code=data.code, recovery_code=data.recovery_code, passkey=data.passkey)
    challenge = CHALLENGE.read(settings, request.cookies, Challenge)
    async with db.as_account(account_id) as tx:
        judged = await prove.judge(tx, settings, account_id, proof, challenge)
        if judged.wrong:
            await entering.refuse(tx, audit, account_id, judged.wrong)
        elif judged.method == "recovery-code":
            await audit.record(tx, account_id, "recovery-code.used", left=judged.left)
    if judged.wrong:
        raise WrongProof(*SENTENCES[judged.wrong])
    door = Door(request, db, settings, audit)
    entered = await entering.enter(door, account_id, row.method, second=judged.method, ticket=ticket)
    if entered.account is None:
        raise WrongCredentials
    return Response(LoggedIn(shown(entered.account)), status_code=201, cookies=entered.cookies)


@get(
    "/sessions/current/proof",
    operation_id="getProof",
    summary="Whether dangerous acts need a new proof",
    tags=["Log-in"],
    security=SESSION,
)
async def get_proof(caller: NamedDependency[Caller], db: NamedDependency[Database]) -> ProofState:
    caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        present = await factors.present(tx, caller.account_id)
    until = prove.proven_until(caller, datetime.now(UTC))
    return ProofState(proven_until=until, methods=prove.ways(present))


@post(
    "/sessions/current/proof",
    operation_id="giveProof",
    summary="Prove again that it is you",
    tags=["Log-in"],
    security=SESSION,
    status_code=200,
)
async def give_proof(
    data: JSONBody[NewProof],
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    audit: NamedDependency[Audit],
) -> ProofState:
    """For ten minutes then, this session may do what is dangerous. Recovery codes are for log-ins only."""
    caller.must_be_person()
    if not (data.password or data.code or data.passkey):
        raise Invalid("Give your password, a code or a passkey.", fields={"password": "This is missing."})
    proof = Proof(password=data.password, code=data.code, passkey=data.passkey)
    challenge = CHALLENGE.read(settings, request.cookies, Challenge)
    until = await prove.prove(db, settings, hasher, audit, caller, proof, challenge)
    async with db.as_account(caller.account_id) as tx:
        return ProofState(
            proven_until=until, methods=prove.ways(await factors.present(tx, caller.account_id))
        )


def second_ways(present: factors.Present) -> list[str]:
    found = [("passkey", present.passkeys), ("totp", present.totp), ("recovery-code", present.recovery_codes)]
    return [way for way, there in found if there]


routes = [ask_passkey, log_in_with_passkey, get_second_factor, give_second_factor, get_proof, give_proof]
