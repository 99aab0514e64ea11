"""GET /config: what the dashboard needs to know before anyone logs in."""

import msgspec
from litestar import get
from litestar.di import NamedDependency

from nameplate import __version__
from nameplate.page import icons, themes
from nameplate.settings import Settings


class ThemeName(msgspec.Struct, frozen=True):
    id: str
    name: str


class IconName(msgspec.Struct, frozen=True):
    id: str
    title: str


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Of this installation."""

    sign_up: bool
    github_login: bool
    mail: bool
    version: str
    base_url: str
    themes: list[ThemeName]
    icons: list[IconName]


@get(
    "/config",
    operation_id="getConfig",
    summary="What this installation offers",
    tags=["Installation"],
    security=[],
)
async def get_config(settings: NamedDependency[Settings]) -> Config:
    return Config(
        sign_up=settings.sign_up,
        github_login=bool(settings.github_client_id),
        mail=bool(settings.smtp_url),
        version=__version__,
        base_url=settings.base_url,
        themes=[ThemeName(name, theme.name) for name, theme in themes.THEMES.items()],
        icons=[IconName(name, icon.title) for name, icon in icons.ICONS.items()],
    )


routes = [get_config]
