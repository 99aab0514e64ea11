"""E-mail addresses: what may be one, and the single spelling under which it is known."""

import email_validator
from email_validator import EmailNotValidError, validate_email

MOST_CHARACTERS = 254

# The library refuses names that the public DNS does not know. On a server of one's own they may well be real.
for _ending in ("local", "test"):
    if _ending in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_ending)


def normalise(text: str) -> str | None:
    """Lower case, the domain in ASCII; None when this cannot be an address.

    Mail servers may tell `Ann@` from `ann@`, but none in practice does, and people do not. Whether the mailbox
    exists is found out by writing to it.
    """
    text = text.strip()
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        address = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError:
        return None
    ascii_address = address.ascii_email
    if ascii_address is None or len(ascii_address) > MOST_CHARACTERS or "." not in address.ascii_domain:
        return None
    return ascii_address.lower()
