"""What our mails say. Each is written once and leaves as plain text and as HTML."""

from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@dataclass(frozen=True, slots=True)
class Letter:
    """`button` is a label and an address; `closing` stands below it."""

    subject: str
    paragraphs: tuple[str, ...]
    button: tuple[str, str] | None = None
    closing: tuple[str, ...] = ()


_NOT_YOU = "If that was not you, you can ignore this mail: nothing happens without the link."

_templates = Environment(
    loader=PackageLoader("nameplate.accounts.mail", "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def verification(base_url: str, handle: str, proof: str) -> Letter:
    # The proof stands behind #: browsers do not send that part, so no log or proxy on the way keeps it.
    return Letter(
        "Confirm your e-mail address",
        (f"Please confirm that this is the e-mail address of {base_url}/{handle}.",),
        ("Confirm this address", f"{base_url}/verify#{proof}"),
        ("The link works once, for 24 hours.", _NOT_YOU),
    )


def address_taken(base_url: str, handle: str) -> Letter:
    """To the owner of an address that somebody else, or the same person again, gave at sign-up."""
    return Letter(
        "You already have an account",
        (
            f"Somebody, perhaps you, wants to use this e-mail address for {base_url}/{handle}.",
            "It already belongs to another account here, and one address confirms one account. "
            "If it was you, log in to the account you have, or choose a new password for it.",
        ),
        ("Log in", f"{base_url}/login"),
        (
            f"A new password: {base_url}/reset",
            "If that was not you, you can ignore this mail: nothing has changed.",
        ),
    )


def reset(base_url: str, handle: str, proof: str) -> Letter:
    return Letter(
        "Choose a new password",
        (f"Somebody, hopefully you, asked for a new password for {base_url}/{handle}.",),
        ("Choose a new password", f"{base_url}/reset#{proof}"),
        ("The link works once, for one hour. It ends every session of the account.", _NOT_YOU),
    )


def password_changed(base_url: str, handle: str) -> Letter:
    return Letter(
        "Your password was changed",
        (
            f"The password of {base_url}/{handle} was changed just now, and every other device was logged out.",
        ),
        None,
        (f"If that was not you, choose a new password at once: {base_url}/reset",),
    )


def email_changed(base_url: str, handle: str) -> Letter:
    """To the address that was confirmed before."""
    return Letter(
        "Your e-mail address is about to change",
        (
            f"Somebody who knows the password of {base_url}/{handle} gave it another e-mail address.",
            "This address goes on working until the new one is confirmed.",
        ),
        None,
        (f"If that was not you, choose a new password at once: {base_url}/reset",),
    )


def factors_changed(base_url: str, handle: str) -> Letter:
    return Letter(
        "Two-step log-in was changed",
        (f"An authenticator app or a passkey of {base_url}/{handle} was added or removed just now.",),
        ("See what happened", f"{base_url}/dashboard/account/security"),
        (f"If that was not you, choose a new password at once: {base_url}/reset",),
    )


def new_device(base_url: str, handle: str, device: str, country: str, at: datetime) -> Letter:
    """`country` is a code of two letters, or empty."""
    where = f" in {country}" if country else ""
    return Letter(
        "A new device logged in",
        (
            f"{device}{where} logged in to {base_url}/{handle} on {at:%d %B %Y at %H:%M} UTC.",
            "If that was you, there is nothing to do. You are told once for each browser.",
        ),
        ("See what is logged in", f"{base_url}/dashboard/account/security"),
        (
            "If that was not you: log that device out there, and choose a new password at once: "
            f"{base_url}/reset",
        ),
    )


def as_text(letter: Letter, base_url: str) -> str:
    return _templates.get_template("letter.txt").render(letter=letter, base_url=base_url)


def as_html(letter: Letter, base_url: str) -> str:
    return _templates.get_template("letter.html").render(letter=letter, base_url=base_url)
