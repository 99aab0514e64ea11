"""What a handle may be: `/{handle}` is an address, a name people read aloud, and a target for impostors."""

import re

LEAST, MOST = 3, 30
SHAPE = re.compile(r"[a-z0-9](?:-?[a-z0-9])*\Z")

# Paths of this server, words that sound official, and names that browsers or crawlers ask for by themselves.
RESERVED = frozenset(
    """
    a about abuse account accounts admin administrator analytics api apple-app-site-association asset
    assets auth billing blog bot card cards cdn changelog contact dashboard demo-account dev dns docs
    download e email error errors export faq favicon feed feedback file files ftp git github guest health
    healthz help home hostmaster image images imprint impressum index info invite join jobs legal license
    link links livez localhost login logout mail media metrics moderator nameplate new news nobody noreply
    official oauth operator owner page pages password ping plans postmaster preview press pricing privacy
    problem problems profile profiles projects public qr readyz register report reset robots root rss s
    search security sales settings setup share shared shop sign-in sign-out sign-up signin signout signup sitemap
    site sitemaps ssl staff static stats status store style styles support sync system sysadmin team terms
    test theme themes token tokens tos undefined unsubscribe upload uploads user users verify verification
    webmaster webhook webhooks well-known widget www null
    """.split()
)

_LOOKALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": ""})


def normalise(text: str) -> str:
    """As typed, in lower case and without a leading @ or surrounding space."""
    return text.strip().removeprefix("@").lower()


def skeleton(handle: str) -> str:
    """What a hurried eye sees: handles with one skeleton count as the same handle.

    After Unicode TS 39's skeletons, for the few confusables that lower-case ASCII has. Hyphens do not distinguish.
    """
    return handle.translate(_LOOKALIKE).replace("rn", "m").replace("vv", "w")


RESERVED_SKELETONS = frozenset(skeleton(word) for word in RESERVED)


def check(handle: str) -> tuple[str, str] | None:
    """Why a normalised handle cannot be anyone's: a reason for programs and a sentence for people. None: it may."""
    if len(handle) < LEAST or len(handle) > MOST:
        return "invalid", f"A handle has {LEAST} to {MOST} characters."
    if not handle.isascii() or not SHAPE.match(handle):
        return (
            "invalid",
            "Use letters a-z, digits and single hyphens, beginning and ending with a letter or digit.",
        )
    if handle in RESERVED or skeleton(handle) in RESERVED_SKELETONS:
        return "reserved", "This one is reserved."
    return None
