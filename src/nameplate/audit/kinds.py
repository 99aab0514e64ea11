"""Every kind of entry: the group it is filtered by, and its sentence for the owner.

`{name}` in a sentence is taken from the entry's detail; an entry without it gets the sentence's other form.
"""

from dataclasses import dataclass
from typing import Any, Literal

Group = Literal["sign-in", "account", "factors", "access", "page", "data", "limits", "operator"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`serious`: shown so that it is not overlooked."""

    group: Group
    sentence: str
    otherwise: str = ""
    serious: bool = False


KINDS: dict[str, Kind] = {
    "account.created": Kind("account", "The account was made."),
    "account.closed": Kind("account", "The account was deleted.", serious=True),
    "session.started": Kind("sign-in", "Logged in with {method}.", "Logged in."),
    "session.refused": Kind("sign-in", "A log-in failed: {reason}.", "A log-in failed.", serious=True),
    "session.ended": Kind("sign-in", "Logged out."),
    "session.revoked": Kind(
        "sign-in", "Another device was logged out: {name}.", "Another device was logged out."
    ),
    "sessions.revoked": Kind("sign-in", "Every other device was logged out."),
    "proof.given": Kind("sign-in", "Proved again that it is you, with {method}."),
    "proof.refused": Kind("sign-in", "A proof that it is you failed: {reason}.", serious=True),
    "password.changed": Kind("account", "The password was changed.", serious=True),
    "password.reset": Kind("account", "A new password was chosen by mail.", serious=True),
    "password.asked": Kind("account", "A mail for a new password was asked for."),
    "email.changed": Kind("account", "The e-mail address was changed.", serious=True),
    "email.confirmed": Kind("account", "The e-mail address was confirmed."),
    "github.linked": Kind("account", "GitHub can log in: {name}.", serious=True),
    "github.unlinked": Kind("account", "GitHub can no longer log in.", serious=True),
    "github-token.kept": Kind(
        "access", "A GitHub token of {name} keeps your projects current.", serious=True
    ),
    "github-token.removed": Kind("access", "Your GitHub token was removed."),
    "github-token.refused": Kind(
        "access", "GitHub does not take your token any more; it is not used.", serious=True
    ),
    "totp.added": Kind("factors", "An authenticator app was added.", serious=True),
    "totp.removed": Kind("factors", "The authenticator app was removed.", serious=True),
    "passkey.added": Kind("factors", "A passkey was added: {name}.", serious=True),
    "passkey.renamed": Kind("factors", "A passkey was renamed: {name}."),
    "passkey.removed": Kind("factors", "A passkey was removed: {name}.", serious=True),
    "recovery-codes.made": Kind("factors", "New recovery codes were made."),
    "recovery-code.used": Kind("factors", "A recovery code was used; {left} are left.", serious=True),
    "factors.reset": Kind("factors", "The operator removed every second factor.", serious=True),
    "token.made": Kind("access", "An API token was made: {name}.", serious=True),
    "token.revoked": Kind("access", "An API token was revoked: {name}.", "An API token was revoked."),
    "share.made": Kind("access", "A shared view was made: {name}.", "A shared view was made."),
    "share.revoked": Kind("access", "A shared view was revoked: {name}.", "A shared view was revoked."),
    "profile.published": Kind("page", "The page was published."),
    "profile.unpublished": Kind("page", "The page was taken offline."),
    "handle.changed": Kind("page", "The handle was changed to {name}.", serious=True),
    "upload.refused": Kind("data", "An upload was refused: {reason}.", "An upload was refused."),
    "data.exported": Kind("data", "Data was exported: {what}.", "Data was exported.", serious=True),
    "limit.hit": Kind("limits", "Too many requests: {budget}.", "Too many requests."),
    "isolation.refused": Kind(
        "limits", "The database refused an access that the rules do not allow.", serious=True
    ),
    "account.deleted": Kind("operator", "An account was deleted by its owner."),
    "operator.acted": Kind("operator", "The operator ran: {command}.", serious=True),
    "entries.removed": Kind("operator", "Old entries were removed: {count}."),
}

_METHODS = {
    "password": "the password",
    "github": "GitHub",
    "passkey": "a passkey",
    "totp": "the authenticator app",
    "recovery-code": "a recovery code",
    "sign-up": "the new account",
    "reset": "a mail",
}
_REASONS = {
    "password": "wrong password",
    "unknown": "nobody here has that login",
    "totp": "wrong code",
    "replayed": "a code that was used before",
    "recovery-code": "wrong recovery code",
    "passkey": "a passkey that does not fit",
    "tries": "too many wrong codes",
    "too-large": "the file is too large",
    "unsupported-image": "not a picture we can take",
    "image-broken": "the picture is damaged",
    "image-too-large": "too many pixels",
    "image-too-many-frames": "an animation that is too long",
    "image-hides-something": "the file is more than a picture",
    "image-too-heavy": "reading it takes too much time or memory",
}


def sentence(kind: str, detail: dict[str, Any], device: str) -> str:
    """What happened, for a person. Kinds of a newer version are named as they are."""
    found = KINDS.get(kind)
    if found is None:
        return kind
    words = {**detail, "device": device}
    for name, known in (("method", _METHODS), ("reason", _REASONS)):
        if name in words:
            words[name] = known.get(str(words[name]), str(words[name]))
    if words.get("second"):
        words["method"] = f"{words.get('method')} and {_METHODS.get(str(words['second']), words['second'])}"
    try:
        return found.sentence.format_map(words)
    except KeyError:
        return found.otherwise or found.sentence.partition(":")[0] + "."


def of_group(group: str) -> list[str]:
    """The kinds in one group."""
    return [name for name, kind in KINDS.items() if kind.group == group]
