"""Which addresses a link may lead to, and what kind of link an address makes."""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

from nameplate.github import address
from nameplate.links import lookalikes

MOST = 2048
# A link opens with one tap on a stranger's phone: only schemes that show something, never ones that run something.
SCHEMES = frozenset({"https", "http", "mailto"})
_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\\\"/?#&%]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}\Z", re.I
)
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?\Z", re.I
)
# Where a visitor's own machine or network answers, not the owner's.
_INSIDE = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/3", "::/127", "::ffff:0:0/96", "fc00::/7", "fe80::/10", "ff00::/8",
    )
]  # fmt: skip
_LOCAL = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".localdomain")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z", re.I)
_FILE = re.compile(
    r"\.(?:pdf|zip|tar|gz|tgz|dmg|exe|msi|deb|rpm|apk|epub|docx?|xlsx?|pptx?|csv|ics|vcf)\Z", re.I
)

_BEFORE_A_NAME = frozenset(
    {"in", "u", "user", "users", "profile", "c", "channel", "company", "people", "r", "sponsors"}
)
_NOT_A_NAME = frozenset({"watch", "playlist", "search", "shorts", "explore", "about", "blog"})


def clean(text: str, github: str = address.PUBLIC) -> str:
    """The address as it is stored. Raises ValueError with a sentence for the owner.

    `github`: the host whose repositories are projects.
    """
    text = text.strip()
    if not text:
        raise ValueError("Enter an address.")
    if (found := address.parse(text, github)) and not address.is_web(text):
        # As `git remote -v` shows it: a browser needs it in its own words.
        text = found.url
    if _EMAIL.match(text):
        text = "mailto:" + text
    elif "://" not in text and not text.lower().startswith("mailto:"):
        if re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.I):
            raise ValueError("Use an address that starts with https://, http:// or mailto:.")
        text = "https://" + text
    if len(text) > MOST:
        raise ValueError(f"An address has at most {MOST} characters.")
    if any(
        ord(c) <= 32 or ord(c) == 127 or unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Zs"}
        for c in text
    ):
        raise ValueError("An address holds no spaces, line breaks or invisible characters.")
    if "\\" in text:
        raise ValueError("An address holds no backslash.")
    scheme = text.partition(":")[0].lower()
    if scheme not in SCHEMES:
        raise ValueError("Use an address that starts with https://, http:// or mailto:.")
    return _clean_mail(text) if scheme == "mailto" else _clean_web(text)


def _clean_mail(text: str) -> str:
    address = text.partition(":")[2].partition("?")[0]
    if not _EMAIL.match(address):
        raise ValueError("This is not an e-mail address.")
    # Without its ?subject=&body=&bcc= part: a link says whom to write to, not what.
    return "mailto:" + address


def _clean_web(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as error:
        raise ValueError("This address is broken; copy it from your browser.") from error
    if "@" in parts.netloc:
        raise ValueError("Leave the user name and password out of the address.")
    if not host or port == 0:
        raise ValueError("The address needs a host, such as example.org.")
    host = _clean_host(host)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    return parts._replace(scheme=parts.scheme.lower(), netloc=netloc).geturl()


def _clean_host(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        if any(address.version == network.version and address in network for network in _INSIDE):
            raise ValueError("This address is inside a private network, where visitors cannot follow.")
        return str(address)
    if _NUMBER.match(host.rstrip(".").rpartition(".")[2]):
        # Browsers read 2130706433 and 0x7f.1 as 127.0.0.1: what looks like a name is not one.
        raise ValueError("Write the numbers of this address as four, with dots.")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise ValueError("The host of this address cannot exist.") from error
    if len(host) > 253 or not _HOST.match(host):
        raise ValueError("The host of this address cannot exist.")
    if "." not in host.strip("."):
        raise ValueError("The address needs a full host, such as example.org.")
    if host.lower().rstrip(".").endswith(_LOCAL):
        raise ValueError("This address is inside a private network, where visitors cannot follow.")
    lookalikes.check(host)
    return host.lower()


def guess_kind(url: str, icon: str, github: str = address.PUBLIC) -> str:
    """What kind of link `url` makes; `icon` is the brand its host belongs to, or empty."""
    if url.startswith("mailto:"):
        return "email"
    if address.parse(url, github):
        return "project"
    parts = urlsplit(url)
    if _FILE.search(parts.path):
        return "file"
    return "social" if icon and _is_profile(parts.path, parts.query) else "website"


def _is_profile(path: str, query: str) -> bool:
    """Whether a path at a brand's host is somebody there, not a video, an article or the front page.

    A social link is shown as an icon without its title: what has a title worth reading must not become one.
    """
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) == 2 and segments[0].lower() in _BEFORE_A_NAME:
        return True
    return len(segments) == 1 and not query and segments[0].lower() not in _NOT_A_NAME


def guess_title(url: str, brand: str, github: str = address.PUBLIC) -> str:
    """A title to start with: nobody should have to type what the address already says."""
    if url.startswith("mailto:"):
        return "E-mail"
    if found := address.parse(url, github):
        return found.name
    if brand:
        return brand
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    if _FILE.search(parts.path):
        return parts.path.rpartition("/")[2][:120]
    return host[:120]
