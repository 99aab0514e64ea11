"""A theme as the one `<style>` of its pages. Made at import: the text is fixed, so its hash in the CSP is too."""

import base64
import hashlib
from pathlib import Path

import msgspec
import rcssmin

from nameplate.page.themes import DEFAULT, THEMES, Palette, Theme

_HERE = Path(__file__).parent / "templates"


class Style(msgspec.Struct, frozen=True):
    """`source` is a CSP source, quotes included: `'sha256-...'`. `light` and `dark` colour the browser's own bar."""

    css: str
    source: str
    light: str
    dark: str


def source_of(text: str) -> str:
    """The CSP source that allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def variables(palette: Palette) -> str:
    """The custom properties of one mode; their meaning stands at the top of `page.css`."""
    return (
        f"--b:{palette.ground[0]};--s:{palette.surface};--t:{palette.text};--m:{palette.muted};--a:{palette.accent};"
        f"--o:{palette.on_accent};--l:{palette.line};--h:{palette.hover};--k:{palette.tile};--x:{palette.pressed};"
        f"--d:{palette.pattern};--v:{palette.avatar_shape};--g:{_gradient(palette)}"
    )


def _gradient(palette: Palette) -> str:
    return f"linear-gradient(165deg,{','.join(palette.ground)})" if len(palette.ground) > 1 else "none"


_GROUNDS = {
    "plain": "",
    "dots": "body::before{background:radial-gradient(var(--d) 2px,#0000 2.5px) 0 0/22px 22px}",
    "grid": (
        "body::before{background:linear-gradient(var(--d) 1px,#0000 0) 0 0/28px 28px,"
        "linear-gradient(90deg,var(--d) 1px,#0000 0) 0 0/28px 28px}"
    ),
}


def modes(selector: str, theme: Theme) -> str:
    """The custom properties of a theme on `selector`, those of its dark mode where that is wished for."""
    return (
        f"{selector}{{{variables(theme.light)};--f:{theme.body_font};--w:{theme.border};--r:{theme.radius};"
        f"--i:{theme.icon_radius};--y:{theme.avatar_radius};--z:{theme.shadow};--q:{theme.heading} "
        f"{theme.heading_font};--j:{theme.tracking};--e:{theme.align}}}"
        f"@media(prefers-color-scheme:dark){{{selector}{{{variables(theme.dark)}}}}}"
    )


def stylesheet(theme: Theme, *files: str, more: str = "") -> Style:
    """The theme, the shared rules of `files`, `more`, and what the theme adds, in this order."""
    rules = "".join((_HERE / name).read_text() for name in files)
    css = rcssmin.cssmin(modes(":root", theme) + rules + more + _GROUNDS[theme.ground] + theme.extra)
    return Style(css, source_of(css), theme.light.ground[0], theme.dark.ground[0])


STYLES = {theme.id: stylesheet(theme, "base.css", "page.css") for theme in THEMES.values()}


def style_for(theme_id: str) -> Style:
    """The style of a theme; of the default for an id that is not (any longer) a theme."""
    return STYLES.get(theme_id) or STYLES[DEFAULT.id]
