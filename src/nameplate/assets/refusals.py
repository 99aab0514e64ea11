"""Why a file is not taken, in words a person understands."""

from dataclasses import dataclass

from nameplate.assets.decoder.messages import Limits
from nameplate.errors import Problem

TAKEN = "JPEG, PNG, WebP, GIF or AVIF"
_HEIC = "an HEIC photo"


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    status: int
    title: str


_REFUSALS = (
    Refusal(code="unsupported-image", status=415, title="This is not a picture we can take"),
    Refusal(code="image-broken", status=422, title="This picture is damaged"),
    Refusal(code="image-too-large", status=422, title="This picture has too many pixels"),
    Refusal(code="image-too-many-frames", status=422, title="This animation is too long"),
    Refusal(code="image-hides-something", status=422, title="This file is more than a picture"),
    Refusal(code="image-too-heavy", status=422, title="This picture takes too much to read"),
)
_BY_CODE = {refusal.code: refusal for refusal in _REFUSALS}


def sentence(code: str, detail: str, limits: Limits) -> str:
    """What is wrong and what to do about it. `detail` comes from a decoder: only what is known of it is repeated."""
    if code == "unsupported-image":
        what = f"This is {detail}. " if detail.isprintable() and detail else "This is no picture we know. "
        if detail == _HEIC:
            return (
                what + "Export it as JPEG first (on an iPhone: Settings, Camera, Formats, Most Compatible)."
            )
        return what + f"Send a {TAKEN} picture."
    if code == "image-too-large":
        size = f"It has {detail}. " if detail.isprintable() and detail else ""
        return size + f"Send one of at most {limits.pixels // 1_000_000} million pixels."
    return {
        "image-broken": "It is broken off or damaged, and cannot be read to its end. Save it again and send that.",
        "image-too-many-frames": f"It has more than {limits.frames} frames. Send a single picture.",
        "image-hides-something": f"It is {detail} as well. Open it in an image editor, save it anew and send that.",
        "image-too-heavy": "Reading it takes more time or memory than it may. Make it smaller and send that.",
    }[code]


def known(code: str) -> str:
    """`code`, or what stands for any other a decoder may say."""
    return code if code in _BY_CODE else "image-broken"


def problem(code: str, detail: str) -> Problem:
    """`detail`: a sentence."""
    refusal = _BY_CODE[code]
    found = Problem(detail)
    found.status, found.code, found.title = refusal.status, refusal.code, refusal.title
    return found
