"""Passkeys (WebAuthn level 3). Each asks for its owner's finger, face or PIN, so it is two factors in one.

A challenge travels in a signed cookie, and is kept once it was answered: none is answered twice.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    generate_challenge,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from nameplate.accounts.cookies import SignedCookie
from nameplate.accounts.factors import queries
from nameplate.accounts.factors.queries import PasskeyRow
from nameplate.db import Tx
from nameplate.ids import new_id
from nameplate.settings import Settings

LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 20
_BROWSER_WAITS = 60_000  # ms


class Challenge(msgspec.Struct, frozen=True):
    """`account` is set when a passkey is to be added to it."""

    challenge: str
    account: str = ""


CHALLENGE = SignedCookie("nameplate_challenge", LIFE)


def rp_id(settings: Settings) -> str:
    """The host a passkey is bound to: on another one browsers do not offer it."""
    return urlsplit(settings.base_url).hostname or "localhost"


def origin(settings: Settings) -> str:
    parts = urlsplit(settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"


def to_add(
    settings: Settings, account_id: UUID, handle: str, known: list[PasskeyRow]
) -> tuple[dict[str, Any], Challenge]:
    """What `navigator.credentials.create()` wants, as JSON."""
    challenge = generate_challenge()
    options = generate_registration_options(
        rp_id=rp_id(settings),
        rp_name="Nameplate",
        user_name=handle,
        user_id=account_id.bytes,
        user_display_name=f"@{handle}",
        challenge=challenge,
        timeout=_BROWSER_WAITS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in known],
    )
    return options_to_json_dict(options), Challenge(bytes_to_base64url(challenge), account_id.hex)


def to_enter(settings: Settings) -> tuple[dict[str, Any], Challenge]:
    """What `navigator.credentials.get()` wants, as JSON. Names no account: the passkey tells whose it is."""
    challenge = generate_challenge()
    options = generate_authentication_options(
        rp_id=rp_id(settings),
        challenge=challenge,
        timeout=_BROWSER_WAITS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options), Challenge(bytes_to_base64url(challenge))


def made(settings: Settings, challenge: Challenge, answer: dict[str, Any], name: str) -> PasskeyRow | None:
    """The new passkey; None when the answer does not fit the challenge."""
    try:
        found = verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge.challenge),
            expected_rp_id=rp_id(settings),
            expected_origin=origin(settings),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return PasskeyRow(
        id=new_id(),
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        name=name,
        synced=found.credential_backed_up,
        created_at=datetime.now(UTC),
        used_at=None,
    )


def claimed_account(answer: dict[str, Any]) -> UUID | None:
    """Whose passkey it says it is: a claim until `check` agreed."""
    try:
        handle = parse_authentication_credential_json(answer).response.user_handle
        return UUID(bytes=handle) if handle else None
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None


async def check(
    tx: Tx, settings: Settings, account_id: UUID, challenge: Challenge | None, answer: dict[str, Any]
) -> bool:
    """Whether a passkey of the account answered this challenge, for the first time."""
    if challenge is None or challenge.account:
        return False
    try:
        credential = parse_authentication_credential_json(answer)
        row = await queries.find_passkey(tx, account_id, credential.raw_id)
        if row is None or credential.response.user_handle not in (None, account_id.bytes):
            return False
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge.challenge),
            expected_rp_id=rp_id(settings),
            expected_origin=origin(settings),
            credential_public_key=row.public_key,
            # Lower than before: the key was copied. The library refuses.
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    if not await spend(tx, account_id, challenge):
        return False
    await queries.used_passkey(tx, account_id, row.id, found.new_sign_count, datetime.now(UTC))
    return True


async def spend(tx: Tx, account_id: UUID, challenge: Challenge) -> bool:
    """False when this challenge was answered before."""
    digest = hashlib.sha256(challenge.challenge.encode()).digest()
    return await queries.spend_challenge(tx, account_id, digest, datetime.now(UTC) + 2 * LIFE)
