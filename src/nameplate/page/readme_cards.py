"""Cards as SVG, made to be embedded in a README on GitHub: no script, no font, no image from anywhere.

`?theme=light` or `dark` fixes the colours; else the reader's own wish counts. GitHub shows them through its image
proxy, so nothing in them can know who looks.
"""

from html import escape

from nameplate.page.cards import Card, short_number
from nameplate.page.document import PageLink, ProjectFacts
from nameplate.page.icons import ICONS
from nameplate.page.styles import source_of

LIGHT = {"ground": "#ffffff", "line": "#d1d9e0", "text": "#1f2328", "muted": "#59636e", "accent": "#0969da"}
DARK = {"ground": "#0d1117", "line": "#3d444d", "text": "#f0f6fc", "muted": "#9198a1", "accent": "#4493f8"}
THEMES = ("", "light", "dark")

WIDTH = 400
_FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif"
_ADDRESS = (
    "M6.5 9.5a3 3 0 0 0 4.2 0l2.2-2.2a3 3 0 0 0-4.2-4.2l-1 1"
    "M9.5 6.5a3 3 0 0 0-4.2 0L3.1 8.7a3 3 0 0 0 4.2 4.2l1-1"
)


def project_card(link: PageLink, facts: ProjectFacts, full_name: str, theme: str = "") -> bytes:
    """The card of one project. What is not known is not shown."""
    lines = _wrap(facts.description, 52, 2)
    y = 58
    parts = [_text(20, 34, link.title, "t", 40)]
    for line in lines:
        parts.append(_text(20, y, line, "d", 60))
        y += 19
    y += 8 if lines else 0
    parts.append(_figures(facts, y))
    return _svg(f"{link.title}: {facts.description or full_name}", y + 20, parts, theme)


def page_card(name: str, handle: str, bio: str, cards: list[Card], address: str, theme: str = "") -> bytes:
    """The card of a whole page: who it is and what it leads to."""
    parts = [_text(20, 36, name, "n", 34), _text(20, 57, address, "m", 54)]
    y = 82
    for line in _wrap(" ".join(bio.split()), 52, 2):
        parts.append(_text(20, y, line, "d", 60))
        y += 19
    y += 6
    for card in cards[:3]:
        parts += [_icon(20, y - 12, _ADDRESS, "a"), _text(42, y, card.title, "l", 44)]
        y += 23
    return _svg(f"{name} (@{handle})", y - 4, parts, theme)


def _figures(facts: ProjectFacts, y: int) -> str:
    x, out = 20.0, []

    def put(text: str, drawn: str = "") -> None:
        nonlocal x
        start = x + (19 if drawn else 0)
        if start + _length(text) <= WIDTH - 16:
            out.append(drawn + _text(start, y, text, "m", 60))
            x = start + _length(text) + 16

    if facts.language:
        colour = facts.language_colour if len(facts.language_colour) == 7 else "#888888"
        put(
            facts.language, f'<circle cx="{x + 6:g}" cy="{y - 5}" r="6" fill="{escape(colour, quote=True)}"/>'
        )
    if facts.stars:
        put(short_number(facts.stars), _drawn("star", x, y))
    if facts.forks:
        put(short_number(facts.forks), _drawn("fork", x, y))
    for text in (facts.release, facts.licence, "Archived" if facts.archived else ""):
        if text:
            put(text)
    return "".join(out)


def _svg(title: str, height: int, parts: list[str], theme: str) -> bytes:
    label = escape(_printable(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img"><title>{label}</title><style>{STYLES[theme]}</style>'
        f'<rect class="g" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>{"".join(parts)}</svg>'
    ).encode("utf-8", "replace")


def _colours(palette: dict[str, str]) -> str:
    return (
        f":root{{--g:{palette['ground']};--l:{palette['line']};--t:{palette['text']};"
        f"--m:{palette['muted']};--a:{palette['accent']}}}"
    )


def _text(x: float, y: float, text: str, kind: str, most: int) -> str:
    shown = _printable(text)
    shown = shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(shown)}</text>'


def _drawn(name: str, x: float, y: float) -> str:
    """One of the page's icons, 16 wide instead of 24."""
    return f'<path class="s" transform="translate({x:g} {y - 13:g}) scale(.667)" d="{ICONS[name].path}"/>'


def _icon(x: float, y: float, path: str, kind: str) -> str:
    return f'<path class="{kind}" transform="translate({x:g} {y:g})" d="{path}"/>'


def _wrap(text: str, width: int, most: int) -> list[str]:
    """Up to `most` lines; what does not fit ends in dots."""
    lines: list[str] = []
    for word in _printable(text).split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        elif len(lines) < most:
            lines.append(word[:width])
        else:
            lines[-1] = lines[-1][: width - 1] + "…"
            break
    return lines


def _printable(text: str) -> str:
    """XML allows no control characters at all."""
    return "".join(c for c in text if c.isprintable())


def _length(text: str) -> float:
    return len(text) * 7.0


def _style(theme: str) -> str:
    colours = _colours(DARK if theme == "dark" else LIGHT)
    if not theme:
        colours += f"@media(prefers-color-scheme:dark){{{_colours(DARK)}}}"
    return (
        f"{colours}text{{font-family:{_FONT}}}.t{{font-size:16px;font-weight:600;fill:var(--a)}}"
        ".n{font-size:20px;font-weight:600;fill:var(--t)}.d,.m,.l{font-size:13px;fill:var(--m)}"
        ".l{fill:var(--t);font-weight:500}.s,.a{fill:none;stroke:var(--m);stroke-width:1.6;stroke-linecap:round;"
        "stroke-linejoin:round}.a{stroke:var(--a)}.g{fill:var(--g);stroke:var(--l)}"
    )


# The text is fixed, so its hash in the policy is too.
STYLES = {theme: _style(theme) for theme in THEMES}
POLICIES = {
    theme: f"default-src 'none'; style-src {source_of(style)}; frame-ancestors 'none'; sandbox"
    for theme, style in STYLES.items()
}
