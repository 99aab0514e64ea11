"""Every pair of colours that can meet on a page is told apart, in every theme, by day and by night."""

import itertools
import re

import pytest

from nameplate.page.styles import STYLES
from nameplate.page.themes import SITE, THEMES, Palette, Theme, mix
from tests.page.contrast import contrast

TEXT, LARGE_OR_BOUNDARY = 4.5, 3.0

PALETTES = [
    pytest.param(theme, palette, id=f"{theme.id}-{mode}")
    for theme in (*THEMES.values(), SITE)
    for mode, palette in (("light", theme.light), ("dark", theme.dark))
]


def grounds(theme: Theme, palette: Palette) -> list[str]:
    """What can be behind a letter on the ground: all of a gradient, not its ends only, and the pattern."""
    shades = [
        mix(one, two, step / 16) for one, two in itertools.pairwise(palette.ground) for step in range(17)
    ]
    return [*(shades or palette.ground), *([palette.pattern] if theme.ground != "plain" else [])]


def test_the_measure_knows_black_on_white_and_the_limit_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert 4.5 <= contrast("#767676", "#ffffff") < 4.6


@pytest.mark.parametrize(("theme", "palette"), PALETTES)
def test_every_text_can_be_read(theme: Theme, palette: Palette) -> None:
    behind = [*grounds(theme, palette), palette.surface, palette.hover]
    pairs = [
        *itertools.product((palette.text, palette.muted, palette.accent), behind),
        (palette.accent, palette.tile),
        (palette.on_accent, palette.accent),
        (palette.on_accent, palette.pressed),
        (palette.on_accent, palette.avatar_shape),
        (palette.ground[0], palette.text),  # buttons of our own pages
        (palette.ground[0], palette.muted),
    ]
    too_faint = {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < TEXT}
    assert too_faint == {}


@pytest.mark.parametrize(("theme", "palette"), PALETTES)
def test_every_boundary_can_be_seen(theme: Theme, palette: Palette) -> None:
    pairs = [
        *((palette.line, ground) for ground in grounds(theme, palette)),
        (palette.line, palette.surface),
        (palette.line, palette.hover),
        *((palette.accent, ground) for ground in grounds(theme, palette)),  # pinned cards, the focus ring
        *((palette.pressed, ground) for ground in grounds(theme, palette)),
        (palette.text, palette.tile),  # an icon under the pointer
    ]
    too_faint = {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < LARGE_OR_BOUNDARY}
    assert too_faint == {}


def test_there_are_at_least_eight_and_no_two_look_alike() -> None:
    assert len(THEMES) >= 8
    assert len({(theme.light, theme.radius, theme.body_font) for theme in THEMES.values()}) == len(THEMES)
    assert len({theme.light.accent for theme in THEMES.values()}) == len(THEMES)


@pytest.mark.parametrize("name", THEMES)
def test_every_property_a_style_uses_is_given_by_the_theme(name: str) -> None:
    css = STYLES[name].css
    assert set(re.findall(r"var\((--\w+)\)", css)) <= set(re.findall(r"(--\w+):", css))


@pytest.mark.parametrize("name", THEMES)
def test_motion_happens_only_for_those_who_do_not_mind(name: str) -> None:
    css = STYLES[name].css
    calm = css.split("@media(prefers-reduced-motion:no-preference)")[0]
    assert "transition:" not in calm
    assert "animation:" not in calm
