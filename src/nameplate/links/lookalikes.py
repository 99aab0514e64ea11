"""Host names written in letters that look like others (Unicode Technical Standard 39, in short)."""

import unicodedata

# Letters of other alphabets that cannot be told from Latin ones in most fonts.
_LIKE_LATIN = frozenset(
    "\u0430\u0441\u0501\u0435\u04bb\u0456\u0458\u04cf\u043e\u0440\u051b\u0455\u051d\u0445\u0443"  # Cyrillic
    "\u03b1\u03b9\u03bf\u03c1\u03c5\u03bd\u03ba"  # Greek
    "\u0570\u0578\u057d\u0585\u0566\u0581"  # Armenian
)
# Alphabets that are written together.
_TOGETHER = (
    {"CJK", "HIRAGANA", "KATAKANA", "LATIN"}, {"CJK", "HANGUL", "LATIN"}, {"CJK", "BOPOMOFO", "LATIN"}
)  # fmt: skip


def shown(host: str) -> str:
    """`host` as its owner writes it, xn-- decoded. Labels that cannot be decoded stay as they are."""
    return ".".join(_decoded(label) for label in host.split("."))


def check(host: str) -> None:
    """Raises ValueError with a sentence when `host`, in its xn-- form or not, pretends to be another."""
    labels = shown(host.lower()).rstrip(".").split(".")
    for label in labels:
        if label.isascii():
            continue
        alphabets = {_alphabet(c) for c in label if c.isalpha()}
        if len(alphabets) > 1 and not any(alphabets <= known for known in _TOGETHER):
            raise ValueError("The host of this address mixes alphabets, as imitations of other sites do.")
        # Below a domain of its own alphabet it is a word of that alphabet.
        if labels[-1].isascii() and all(c in _LIKE_LATIN or not c.isalpha() for c in label):
            raise ValueError("The host of this address looks like another one in Latin letters.")


def _decoded(label: str) -> str:
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _alphabet(character: str) -> str:
    """Such as LATIN or CYRILLIC: the first word of the character's name."""
    return unicodedata.name(character, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0]
