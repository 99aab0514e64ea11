"""Themes as data: colours, type, corners, ground. Every theme is light and dark, and passes WCAG 2.2 AA in both.

`tests/page/test_themes.py` computes the contrast of every pair that can meet on a page, derived colours included.
"""

from typing import Literal

import msgspec

SANS = 'system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif'
SERIF = '"Iowan Old Style","Palatino Linotype","URW Palladio L",P052,Georgia,serif'
MONO = 'ui-monospace,"Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono",monospace'
ROUND = 'ui-rounded,"Hiragino Maru Gothic ProN",Quicksand,Comfortaa,Manjari,"Arial Rounded MT Bold",Calibri,sans-serif'
GEOMETRIC = 'Avenir,Montserrat,Corbel,"URW Gothic","Century Gothic",sans-serif'
HUMANIST = 'Seravek,"Gill Sans Nova",Ubuntu,Calibri,"DejaVu Sans",sans-serif'
GROTESK = 'Bahnschrift,"DIN Alternate","Franklin Gothic Medium","Nimbus Sans Narrow",Impact,sans-serif'


def mix(base: str, other: str, share: float) -> str:
    """`#rrggbb` with `share` (0 to 1) of `other` in it, mixed in sRGB as browsers mix gradients."""
    pairs = zip(bytes.fromhex(base[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Palette(msgspec.Struct, frozen=True, kw_only=True):
    """Colours of one mode, as `#rrggbb`."""

    ground: tuple[str, ...]  # behind everything; more than one: a gradient, top to bottom
    surface: str  # cards
    text: str
    muted: str
    accent: str
    on_accent: str
    line: str  # borders: what shows where a card ends

    @property
    def hover(self) -> str:
        """A card under the pointer."""
        return mix(self.surface, self.accent, 0.06)

    @property
    def tile(self) -> str:
        """The square behind an icon."""
        return mix(self.surface, self.accent, 0.12)

    @property
    def pressed(self) -> str:
        """A pinned card under the pointer."""
        return mix(self.accent, self.text, 0.12)

    @property
    def pattern(self) -> str:
        """Dots and grid lines on the ground."""
        return mix(self.ground[0], self.line, 0.16)

    @property
    def avatar_shape(self) -> str:
        """The circles behind the initials."""
        return mix(self.accent, self.on_accent, 0.16)


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """One look. Lengths are CSS lengths."""

    id: str
    name: str
    light: Palette
    dark: Palette
    body_font: str = SANS
    heading_font: str = SANS
    heading: str = "700 clamp(1.75rem,6vw,2.25rem)/1.15"  # weight, size and line height
    tracking: str = "-.02em"
    radius: str = "14px"
    icon_radius: str = "10px"
    avatar_radius: str = "50%"
    border: str = "1px solid"
    shadow: str = "none"
    align: Literal["center", "start"] = (
        "center"  # the head of the page; on wide screens it is always at the start
    )
    ground: Literal["plain", "dots", "grid"] = "plain"
    extra: str = ""  # CSS of this theme alone


def _palette(
    ground: str, surface: str, text: str, muted: str, accent: str, on_accent: str, line: str
) -> Palette:
    return Palette(
        ground=tuple(ground.split()), surface=surface, text=text, muted=muted,
        accent=accent, on_accent=on_accent, line=line,
    )  # fmt: skip


_ALL = (
    Theme(
        id="paper",
        name="Paper",
        light=_palette("#faf5ec", "#fffdf8", "#2b2420", "#6b5c50", "#a63d1f", "#ffffff", "#92867a"),
        dark=_palette("#1a1613", "#26201c", "#f4ece2", "#b8aa9b", "#f2956f", "#2a1208", "#84766a"),
        heading_font=SERIF,
        heading="600 clamp(2rem,7vw,2.5rem)/1.1",
        radius="14px",
        shadow="0 1px 2px rgb(60 30 10/.08)",
    ),
    Theme(
        id="slate",
        name="Slate",
        light=_palette("#f5f7f9", "#ffffff", "#1c2128", "#545e69", "#0757c4", "#ffffff", "#848d97"),
        dark=_palette("#0f1216", "#181c22", "#e9edf2", "#9fa9b5", "#6fb2ff", "#06182d", "#6a7480"),
        radius="10px",
        icon_radius="8px",
    ),
    Theme(
        id="swiss",
        name="Swiss",
        light=_palette("#ffffff", "#ffffff", "#000000", "#565656", "#d0021b", "#ffffff", "#000000"),
        dark=_palette("#0a0a0a", "#0a0a0a", "#ffffff", "#a8a8a8", "#ff5a4f", "#1a0000", "#ffffff"),
        body_font='"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif',
        heading_font='"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif',
        heading="800 clamp(2.25rem,9vw,3.25rem)/1",
        tracking="-.045em",
        align="start",
        radius="0",
        icon_radius="0",
        avatar_radius="0",
        extra=(
            ".c{border-width:1px 0 0;padding-inline:0}.c.p{border-width:0;padding-inline:.875rem}"
            ".links{gap:0}.links li:last-child .c:not(.p){border-bottom-width:1px}"
            ".i{background:none}.c:not(.p):hover{background:none;color:var(--a)}"
        ),
    ),
    Theme(
        id="terminal",
        name="Terminal",
        light=_palette("#eef3ea", "#f8fbf6", "#12261a", "#40584a", "#0b6634", "#ffffff", "#6b8472"),
        dark=_palette("#090d0a", "#0e1510", "#cdf7d7", "#86b594", "#4ade80", "#04160a", "#4f7e5e"),
        body_font=MONO,
        heading_font=MONO,
        heading="700 clamp(1.5rem,5.5vw,1.875rem)/1.2",
        align="start",
        radius="4px",
        icon_radius="2px",
        avatar_radius="4px",
        extra=(
            '.n::after{content:"";display:inline-block;width:.55em;height:1em;margin-inline-start:.25em;'
            "background:var(--a);vertical-align:-.12em}"
            '.h::before{content:"$ whoami → "}'
            "@media(prefers-reduced-motion:no-preference){.n::after{animation:k 1.2s steps(2,jump-none) 8}"
            "@keyframes k{50%,100%{opacity:0}}}"
        ),
    ),
    Theme(
        id="aurora",
        name="Aurora",
        light=_palette(
            "#e9edff #f8eaff #e2fbf4", "#ffffff", "#1f1b3a", "#544f72", "#5636d3", "#ffffff", "#837da6"
        ),
        dark=_palette(
            "#0d0b26 #24124d #05343a", "#191636", "#f3f1ff", "#bcb6e0", "#b09fff", "#160b3d", "#8680b8"
        ),
        heading_font=GEOMETRIC,
        radius="20px",
        icon_radius="13px",
        shadow="0 6px 24px -12px rgb(40 20 120/.35)",
    ),
    Theme(
        id="harbor",
        name="Harbor",
        light=_palette("#d9ebf8 #f5fafd", "#ffffff", "#0c2538", "#445f75", "#075a9c", "#ffffff", "#6f8799"),
        dark=_palette("#06131d #0d2c40", "#0f2636", "#e5f2fc", "#a2bfd2", "#62c3ff", "#03182a", "#6a8fa8"),
        body_font=HUMANIST,
        heading_font=HUMANIST,
        radius="16px",
    ),
    Theme(
        id="moss",
        name="Moss",
        light=_palette("#eff2e4", "#fbfcf5", "#22301c", "#526046", "#39661f", "#ffffff", "#7f8c74"),
        dark=_palette("#12190f", "#1b2417", "#eaf1df", "#abb89b", "#a8d873", "#13200a", "#6c7d5d"),
        heading_font=SERIF,
        heading="600 clamp(2rem,7vw,2.5rem)/1.1",
        radius="22px 6px",
        icon_radius="14px 4px",
        avatar_radius="38% 12%",
    ),
    Theme(
        id="ember",
        name="Ember",
        light=_palette("#fff3e4 #ffdcd3", "#fffaf6", "#3a1410", "#77463c", "#b52a0e", "#ffffff", "#a27064"),
        dark=_palette("#1c0a0d #451511", "#2c1314", "#ffede5", "#dcae9f", "#ff9a6e", "#2c0b02", "#a87267"),
        heading_font=GEOMETRIC,
        radius="18px",
    ),
    Theme(
        id="block",
        name="Block",
        light=_palette("#ffd84d", "#fffef6", "#111111", "#45402c", "#2415c9", "#ffffff", "#111111"),
        dark=_palette("#17141f", "#242031", "#ffffff", "#c9c4dc", "#ffd84d", "#17141f", "#f4f0ff"),
        heading_font=GROTESK,
        heading="800 clamp(2.25rem,9vw,3rem)/1",
        radius="8px",
        icon_radius="5px",
        avatar_radius="8px",
        border="2px solid",
        shadow="4px 4px 0 var(--l)",
        extra=(
            ".av{border:2px solid var(--l);box-shadow:4px 4px 0 var(--l)}"
            "@media(prefers-reduced-motion:no-preference){.c:hover{transform:translate(2px,2px);"
            "box-shadow:2px 2px 0 var(--l)}.c:active{transform:translate(4px,4px);box-shadow:0 0 0 var(--l)}}"
        ),
    ),
    Theme(
        id="lilac",
        name="Lilac",
        light=_palette("#f4eefb", "#ffffff", "#2c2140", "#615477", "#742bb0", "#ffffff", "#8d81a2"),
        dark=_palette("#191323", "#251d34", "#f4edfe", "#bdafd2", "#d8aaff", "#2a0b45", "#83749b"),
        body_font=ROUND,
        heading_font=ROUND,
        radius="30px",
        icon_radius="50%",
    ),
    Theme(
        id="blueprint",
        name="Blueprint",
        light=_palette("#f1f6fc", "#ffffff", "#0d2a5c", "#455e8c", "#1450c8", "#ffffff", "#617db1"),
        dark=_palette("#0b2a5b", "#0f3369", "#eef5ff", "#bdd2f4", "#a9d6ff", "#06214d", "#8fb0e2"),
        heading_font=MONO,
        heading="600 clamp(1.625rem,6vw,2rem)/1.15",
        align="start",
        radius="2px",
        icon_radius="0",
        avatar_radius="2px",
        border="1px dashed",
        ground="grid",
    ),
    Theme(
        id="candy",
        name="Candy",
        light=_palette("#fff0f5", "#ffffff", "#43152b", "#7e4b65", "#b81259", "#ffffff", "#a86c87"),
        dark=_palette("#210c17", "#301523", "#ffecf3", "#dcafc2", "#ff97c0", "#3a0620", "#a36a82"),
        body_font=ROUND,
        heading_font=ROUND,
        heading="800 clamp(1.875rem,7vw,2.375rem)/1.1",
        radius="24px",
        icon_radius="16px",
        ground="dots",
    ),
)

THEMES = {theme.id: theme for theme in _ALL}
DEFAULT = THEMES["paper"]

# The looks of our own pages: the dashboard's colours.
SITE = Theme(
    id="site",
    name="Nameplate",
    light=_palette("#fafaf9", "#ffffff", "#17181a", "#55565b", "#2450d3", "#ffffff", "#8f8d87"),
    dark=_palette("#0e0f11", "#151619", "#f1f1ef", "#b4b5ba", "#9db5ff", "#0e1530", "#74767f"),
    heading="650 clamp(1.75rem,6vw,2.25rem)/1.12",
    tracking="-.03em",
    radius="12px",
)
