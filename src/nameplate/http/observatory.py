"""What MDN's HTTP Observatory would give one answer, by its published rules.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring. An answer starts with 100 points; penalties are
taken off, and what is above 90 then gets its bonuses. From 100 on it is an A+. Being on the browsers' own list of
HSTS hosts cannot be seen from here and is not counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

_BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
_UNSAFE = _BROAD | {"'unsafe-inline'", "data:"}
_PASSIVE = {"img-src", "media-src"}
_HASHES = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
_OPEN_REFERRERS = {"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"}
_HALF_A_YEAR = 15_768_000
_GRADES = (
    (100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (45, "C-"),
    (40, "D+"), (30, "D"), (25, "D-"), (0, "F"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Graded:
    """`parts`: points and what they are for, those of no points left out."""

    score: int
    letter: str
    parts: tuple[tuple[int, str], ...]


def grade(url: str, headers: Iterable[tuple[str, str]], html: str = "") -> Graded:
    """`headers`: of the answer to `url`, as they came. `html`: its body, when it is a page."""
    pairs = [(name.lower(), value) for name, value in headers]
    found = dict(pairs)
    secure = url.startswith("https:")
    policy = _policy([value for name, value in pairs if name == "content-security-policy"])
    hsts = _hsts(found.get("strict-transport-security"), secure=secure)
    parts = [
        _csp(policy, secure=secure),
        hsts,
        _cookies([value for name, value in pairs if name == "set-cookie"], protected=hsts[0] == 0),
        _cors(found),
        _referrer(found.get("referrer-policy")),
        _frames(found.get("x-frame-options"), policy),
        _sniffing(found.get("x-content-type-options")),
        _sharing(found.get("cross-origin-resource-policy")),
        _scripts(url, html),
    ]
    score = 100 + sum(points for points, _ in parts if points < 0)
    if score >= 90:
        score += sum(points for points, _ in parts if points > 0)
    score = max(0, score)
    letter = next(letter for least, letter in _GRADES if score >= least)
    return Graded(score, letter, tuple(part for part in parts if part[0]))


def _policy(values: list[str]) -> dict[str, set[str]] | None:
    """Sources by directive; None when a directive stands there twice. Of several policies the first is looked at."""
    directives: dict[str, set[str]] = {}
    for part in values[0].split(",")[0].split(";") if values else ():
        name, *sources = part.lower().split()
        if name in directives and name not in {"report-uri", "report-to"}:
            return None
        directives[name] = set(sources) or {"'none'"}
    return directives


def _csp(policy: Mapping[str, set[str]] | None, *, secure: bool) -> tuple[int, str]:
    if policy is None:
        return -25, "the Content Security Policy names a directive twice"
    if not policy:
        return -25, "no Content Security Policy"
    default = policy.get("default-src", {"*"})
    script, style = (_hashed(policy.get(name, default)) for name in ("script-src", "style-src"))
    objects = policy.get("object-src", default)
    active = [source for name, sources in policy.items() if name not in _PASSIVE for source in sources]
    passive = [source for name in _PASSIVE for source in policy.get(name, default)]
    if script & _UNSAFE or objects & _BROAD:
        return -20, "scripts or objects from nearly everywhere, or inline"
    if secure and any(source.startswith(("http:", "ftp:")) for source in active):
        return -20, "active content over http"
    if "'unsafe-eval'" in script | style:
        return -10, "eval() is allowed"
    if secure and any(source.startswith(("http:", "ftp:")) for source in passive):
        return -10, "images over http"
    if style & _UNSAFE:
        return 0, "styles from nearly everywhere, or inline"
    if default == {"'none'"}:
        return 10, "Content Security Policy: nothing but what is named, nothing unsafe"
    return 5, "Content Security Policy: nothing unsafe"


def _hashed(sources: set[str]) -> set[str]:
    """Browsers ignore 'unsafe-inline' beside a hash or nonce."""
    return sources - {"'unsafe-inline'"} if any(source.startswith(_HASHES) for source in sources) else sources


def _hsts(value: str | None, *, secure: bool) -> tuple[int, str]:
    if not secure:
        return -20, "not over https, so without HSTS"
    ages = [
        part.partition("=")[2].strip(' "') for part in (value or "").lower().split(";") if "max-age" in part
    ]
    if len(ages) != 1 or not ages[0].isdecimal():
        return -20, "no Strict-Transport-Security"
    return (
        (0, "")
        if int(ages[0]) >= _HALF_A_YEAR
        else (-10, "Strict-Transport-Security for less than half a year")
    )


def _cookies(lines: list[str], *, protected: bool) -> tuple[int, str]:
    worst = (5, "cookies are Secure, HttpOnly and SameSite")
    for line in lines:
        for name, cookie in SimpleCookie(line).items():
            login = "login" in name.lower() or "sess" in name.lower()
            site = cookie["samesite"].lower()
            if site not in {"lax", "strict", "none", ""}:
                worst = min(worst, (-20, f"{name} has an unknown SameSite"))
            if not cookie["secure"]:
                points = (-10 if login else -5) if protected else (-40 if login else -20)
                worst = min(worst, (points, f"{name} is not Secure"))
            if login and not cookie["httponly"]:
                worst = min(worst, (-30, f"{name} is not HttpOnly"))
            if "csrf" in name.lower() and not site:
                worst = min(worst, (-20, f"{name} has no SameSite"))
            if not site:
                worst = min(worst, (0, ""))
    return worst if lines else (0, "")


def _cors(found: Mapping[str, str]) -> tuple[int, str]:
    anybody = found.get("access-control-allow-credentials", "").lower() == "true" and found.get(
        "access-control-allow-origin"
    )
    return (-50, "any site may read it with credentials") if anybody else (0, "")


def _referrer(value: str | None) -> tuple[int, str]:
    if value is None:
        return 0, ""
    known = [word.strip().lower() for word in value.split(",")]
    last = next((word for word in reversed(known) if word in _PRIVATE_REFERRERS | _OPEN_REFERRERS), "")
    return (5, "private Referrer-Policy") if last in _PRIVATE_REFERRERS else (-5, "unsafe Referrer-Policy")


def _frames(value: str | None, policy: Mapping[str, set[str]] | None) -> tuple[int, str]:
    if policy and "frame-ancestors" in policy:
        return 5, "frame-ancestors"
    known = (value or "").strip().lower()
    return (0, "") if known in {"deny", "sameorigin"} else (-20, "any site may put it into a frame")


def _sniffing(value: str | None) -> tuple[int, str]:
    return (
        (0, "") if (value or "").strip().lower() == "nosniff" else (-5, "no X-Content-Type-Options: nosniff")
    )


def _sharing(value: str | None) -> tuple[int, str]:
    if value is None or value.strip().lower() == "cross-origin":
        return 0, ""
    if value.strip().lower() in {"same-origin", "same-site"}:
        return 10, "Cross-Origin-Resource-Policy"
    return -5, "unknown Cross-Origin-Resource-Policy"


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and given.get("src"):
            self.found.append((str(given["src"]), bool(given.get("integrity"))))


def _scripts(url: str, html: str) -> tuple[int, str]:
    reader = _Scripts()
    reader.feed(html)
    worst = 0
    for source, checked in reader.found:
        foreign = "//" in source[:8] and urlsplit(source).hostname != urlsplit(url).hostname
        if foreign and not source.startswith("https:"):
            worst = min(worst, -20 if checked else -50)
        elif foreign and not checked:
            worst = min(worst, -5)
    if worst:
        return worst, "scripts of other sites without integrity"
    return (5, "scripts with integrity") if any(checked for _, checked in reader.found) else (0, "")
