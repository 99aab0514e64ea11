"""Which addresses a link may lead to."""

import pytest

from nameplate.links import slugs, urls


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://example.org", "https://example.org"),
        ("  example.org/a?b=c#d ", "https://example.org/a?b=c#d"),
        ("HTTP://Example.ORG:8080/Path", "http://example.org:8080/Path"),
        ("ann@example.org", "mailto:ann@example.org"),
        ("mailto:ann@example.org?subject=Hi&bcc=x@y.zz", "mailto:ann@example.org"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/straße"),
        ("https://пример.example/", "https://xn--e1afmkfd.example/"),
        ("https://日本語タイトル.example", "https://xn--ecktc2a4k552ycvb2w6i.example"),
        ("https://192.0.2.1/x", "https://192.0.2.1/x"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("localhost.example:3000", "https://localhost.example:3000"),
    ],
)
def test_a_good_address_is_stored_in_one_spelling(typed: str, stored: str) -> None:
    assert urls.clean(typed) == stored
    assert urls.clean(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "ftp://example.org", "tel:+4930123", "https://", "https:///path",
        "https://user:secret@example.org", "https://user@example.org", "https://exa mple.org",
        "https://example.org/\u202egnp.exe", "https://example.org\\@evil.example", "https://-x.example",
        "https://localhost", "https://example.org:99999", "https://example.org:0", "https://[::1",
        "https://" + "a" * 2100 + ".example", "mailto:nobody", "mailto:a@b", "\x00https://example.org",
        "http://127.0.0.1", "https://10.0.0.8/x", "https://192.168.1.1", "https://169.254.169.254/latest", "https://[::1]",
        "https://[fd00::1]", "https://[::ffff:10.0.0.1]/", "https://2130706433", "https://0x7f.1", "https://0177.0.0.1",
        "https://127.1", "https://router.local", "https://db.internal", "https://printer.lan./",
        # Cyrillic letters in part, then whole; the same as xn--.
        "https://\u0430pple.com", "https://xn--pple-43d.com", "https://\u0430\u0440\u0440\u04cf\u0435.com",
        "https://xn--80ak6aa92e.com", "https://paypa\u03b9.example",
        "https://example..org", "blob:https://example.org/1", "//example.org",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused_with_a_sentence(typed: str) -> None:
    if typed == "//example.org":
        typed = "///example.org"
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        urls.clean(typed)


@pytest.mark.parametrize(
    ("url", "icon", "kind", "title"),
    [
        ("https://github.com/ann/nameplate", "github", "project", "nameplate"),
        ("https://www.github.com/ann/nameplate.git", "github", "project", "nameplate"),
        ("https://github.com/ann", "github", "social", "GitHub"),
        ("https://www.youtube.com/watch?v=abc", "youtube", "website", "GitHub"),
        ("https://www.youtube.com/@ann", "youtube", "social", "GitHub"),
        ("https://linkedin.com/in/ann", "linkedin", "social", "GitHub"),
        ("https://dev.to/ann/an-article", "devto", "website", "GitHub"),
        ("https://mastodon.social/@ann", "mastodon", "social", "GitHub"),
        ("https://github.com", "github", "website", "GitHub"),
        ("https://example.org/cv.pdf", "", "file", "cv.pdf"),
        ("https://www.example.org/blog", "", "website", "example.org"),
        ("mailto:ann@example.org", "email", "email", "E-mail"),
    ],
)
def test_kind_and_title_are_guessed_from_the_address(url: str, icon: str, kind: str, title: str) -> None:
    assert urls.guess_kind(url, icon) == kind
    assert urls.guess_title(url, "GitHub" if icon not in ("", "email") else "") == title


@pytest.mark.parametrize(
    ("title", "taken", "slug"),
    [
        ("My Blog!", set(), "my-blog"),
        ("Über mich", set(), "uber-mich"),
        ("My Blog", {"my-blog"}, "my-blog-2"),
        ("My Blog", {"my-blog", "my-blog-2"}, "my-blog-3"),
        ("日本語", set(), "link"),
        ("qr", set(), "qr-link"),
        ("x" * 200, set(), "x" * 52),
    ],
)
def test_a_slug_resembles_the_title_and_is_free(title: str, taken: set[str], slug: str) -> None:
    assert slugs.from_title(title, taken) == slug
    assert slugs.check(slug) is None


@pytest.mark.parametrize(
    "slug", ["", "UPPER", "a b", "-a", "a-", "a--b", "qr", "ä", "x" * 61, "a/b", "a.svg"]
)
def test_a_slug_that_is_no_address_is_refused(slug: str) -> None:
    assert slugs.check(slug)
