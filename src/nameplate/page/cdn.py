"""What a cache in front of us is told about a page: how long it may keep it, and by which name it is thrown out.

Without one, browsers ask again each time and get 304. With one, it alone may keep pages: `max-age=0` keeps browsers
asking. That it may show an old page while it fetches the new one stands where only caches like it look (RFC 9213):
a browser would take it for itself, and a visitor would not see a change that was made.
"""

REVALIDATE = "public, no-cache"
WHOLE_SITE = "nameplate"  # carried by everything that a change can make old
WHILE_FETCHING = 60  # seconds
WHILE_AWAY = 86_400

Headers = tuple[tuple[bytes, bytes], ...]


def tag(handle: str) -> str:
    """What everything below a handle is called in a cache."""
    return f"page-{handle}"


def cache_control(max_age: int) -> str:
    """For a page. `max_age`: seconds a cache may keep it, 0 when there is none."""
    if not max_age:
        return REVALIDATE
    return f"public, max-age=0, s-maxage={max_age}, stale-if-error={WHILE_AWAY}"


def page_headers(handle: str, max_age: int) -> Headers:
    """What a page says to a cache besides."""
    if not max_age:
        return ()
    targeted = (
        f"max-age={max_age}, stale-while-revalidate={WHILE_FETCHING}, stale-if-error={WHILE_AWAY}".encode()
    )
    return (
        (b"cdn-cache-control", targeted),
        (b"surrogate-control", targeted),
        *tags(handle, max_age),
    )


def tags(handle: str, max_age: int) -> Headers:
    """The names of whatever is made from the page of `handle`, as Cloudflare and as Fastly read them."""
    if not max_age:
        return ()
    names = (WHOLE_SITE, tag(handle))
    return (
        (b"cache-tag", ",".join(names).encode()),
        (b"surrogate-key", " ".join(names).encode()),
    )
