"""What a handle may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nameplate.profiles import handles


@pytest.mark.parametrize("handle", ["ann", "ann-lee", "a1b", "x" * 30, "42-things", "o-o-o"])
def test_letters_digits_and_single_hyphens_make_a_handle(handle: str) -> None:
    assert handles.check(handle) is None


@pytest.mark.parametrize(
    "handle",
    [
        "",
        "ab",
        "x" * 31,
        "-ann",
        "ann-",
        "ann--lee",
        "ann_lee",
        "ann.lee",
        "Ann",
        "änn",
        "a\u0430n",
        "ann ",
        "an\n",
        "a/b",
    ],
)
def test_anything_else_does_not(handle: str) -> None:
    refused = handles.check(handle)
    assert refused
    assert refused[0] == "invalid"


@pytest.mark.parametrize(
    "handle", ["admin", "api", "dashboard", "s1gnup", "adm1n", "ad-min", "nameplate", "1ogin"]
)
def test_reserved_words_are_refused_also_when_they_only_look_like_it(handle: str) -> None:
    refused = handles.check(handle)
    assert refused
    assert refused[0] == "reserved"


@pytest.mark.parametrize(
    ("one", "other"),
    [("paypal", "paypa1"), ("bill", "bi1l"), ("morning", "moming"), ("ann-lee", "annlee"), ("o0o", "ooo")],
)
def test_look_alikes_share_a_skeleton(one: str, other: str) -> None:
    assert handles.skeleton(one) == handles.skeleton(other)


def test_different_names_do_not() -> None:
    assert len({handles.skeleton(name) for name in ("ann", "ben", "carl", "dora", "emil")}) == 5


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = handles.normalise(text)
    if handles.check(once) is None:
        assert handles.normalise(once) == once
        assert handles.skeleton(once)
