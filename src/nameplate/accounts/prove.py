"""Step-up: before a dangerous act, whoever sits there proves again that it is them.

A stolen cookie, or a browser left open, is then not enough to take the account over.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from nameplate.accounts import queries as accounts
from nameplate.accounts.access import queries as access
from nameplate.accounts.factors import passkeys, recovery, totp
from nameplate.accounts.factors import queries as factors
from nameplate.accounts.factors.passkeys import Challenge
from nameplate.accounts.factors.queries import Present
from nameplate.accounts.passwords import Passwords
from nameplate.audit import queries as log
from nameplate.audit.record import Audit
from nameplate.db import Database, Tx
from nameplate.errors import Forbidden, Invalid, TooMany
from nameplate.http.caller import Caller
from nameplate.settings import Settings

WITHIN = timedelta(minutes=10)
# Wrong codes and proofs of one account within an hour, in log-ins whose first step was right and in sessions.
MOST_WRONG = 20
HOUR = timedelta(hours=1)

Way = Literal["password", "passkey", "totp", "github"]


class ProveItAgain(Forbidden):
    """Lists the ways in which this account can do so."""

    code = "prove-it-again"
    title = "Please prove that it is you"

    def __init__(self, methods: list[Way]) -> None:
        super().__init__(
            "Give your password, a passkey or a code at POST /api/v1/sessions/current/proof, then repeat this.",
            methods=methods,
        )


class WrongProof(Invalid):
    """A code, a recovery code, a passkey or a password that does not fit."""

    code = "wrong-proof"
    title = "This does not fit"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__("Try again, or use another way.", fields={field: sentence})


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody shows; one of these."""

    password: str = ""
    code: str = ""
    recovery_code: str = ""
    passkey: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """`method` is what was shown. `wrong`: why it is refused, for the log; empty: it fits. `left`: recovery codes."""

    method: str
    wrong: str = ""
    left: int = 0


SENTENCES = {
    "password": ("password", "This is not your password."),
    "totp": ("code", "This code does not fit. Is the clock of your phone right?"),
    "replayed": ("code", "This code was used already. Wait for the next one."),
    "recovery-code": ("recovery_code", "This is none of your recovery codes, or it was used before."),
    "passkey": ("passkey", "This passkey does not fit. Try again."),
}


def ways(present: Present) -> list[Way]:
    """In the order in which they are least work. GitHub counts where there is nothing else."""
    found: list[Way] = []
    if present.passkeys:
        found.append("passkey")
    if present.totp:
        found.append("totp")
    if present.password:
        found.append("password")
    return found or ["github"]


def proven_until(caller: Caller, now: datetime) -> datetime | None:
    """None: not proven, or too long ago."""
    until = caller.proven_at + WITHIN if caller.proven_at else None
    return until if until and until > now else None


async def must_be_proven(tx: Tx, caller: Caller) -> None:
    """Raises ProveItAgain, and Forbidden for tokens. `tx` has entered the account."""
    caller.must_be_person()
    if proven_until(caller, datetime.now(UTC)) is None:
        raise ProveItAgain(ways(await factors.present(tx, caller.account_id)))


async def must_not_guess(tx: Tx, account_id: UUID) -> None:
    """Raises TooMany when too many proofs were wrong lately."""
    if await log.count_wrong_proofs(tx, account_id, datetime.now(UTC) - HOUR) >= MOST_WRONG:
        raise TooMany(
            "Too many wrong codes were typed. Wait an hour, or log in with a passkey.",
            headers={"Retry-After": "3600"},
        )


async def judge(
    tx: Tx, settings: Settings, account_id: UUID, proof: Proof, challenge: Challenge | None
) -> Judged:
    """Whether a second factor fits. What fits is used up."""
    now = datetime.now(UTC)
    if proof.passkey is not None:
        fits = await passkeys.check(tx, settings, account_id, challenge, proof.passkey)
        return Judged("passkey", "" if fits else "passkey")
    if proof.recovery_code:
        if not await recovery.use(tx, settings.secret_key, account_id, proof.recovery_code):
            return Judged("recovery-code", "recovery-code")
        return Judged("recovery-code", left=(await factors.present(tx, account_id)).recovery_codes)
    row = await factors.get_totp(tx, account_id)
    if row is None or row.confirmed_at is None:
        return Judged("totp", "totp")
    outcome = await totp.check(tx, settings.secret_key, account_id, row, proof.code, now)
    return Judged("totp", {"fits": "", "wrong": "totp", "replayed": "replayed"}[outcome])


async def prove(
    db: Database,
    settings: Settings,
    hasher: Passwords,
    audit: Audit,
    caller: Caller,
    proof: Proof,
    challenge: Challenge | None,
) -> datetime:
    """The session counts as proven; until when. Raises WrongProof and TooMany."""
    session_id = caller.must_be_person()
    async with db.as_account(caller.account_id) as tx:
        await must_not_guess(tx, caller.account_id)
        password_hash = await accounts.get_password_hash(tx, caller.account_id)
    right = bool(proof.password) and await hasher.verify(password_hash, proof.password)
    now = datetime.now(UTC)
    async with db.as_account(caller.account_id) as tx:
        if proof.password:
            judged = Judged("password", "" if right else "password")
        else:
            judged = await judge(tx, settings, caller.account_id, proof, challenge)
        if judged.wrong:
            await audit.record(tx, caller.account_id, "proof.refused", reason=judged.wrong)
        else:
            await access.set_proven(tx, caller.account_id, session_id, now)
            await audit.record(tx, caller.account_id, "proof.given", method=judged.method)
    if judged.wrong:
        raise WrongProof(*SENTENCES[judged.wrong])
    return now + WITHIN
