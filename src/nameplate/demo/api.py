"""What `nameplate up` and `nameplate demo` call."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nameplate.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called as progress(step, done, total) with a short title such as "Events", often enough for a moving bar.

A step begins with done = 0 and is over once done = total.
"""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How to log in to the demo account."""

    handle: str
    email: str
    password: str


def login_file(settings: Settings) -> Path:
    """Where the login is kept for later starts, readable by its owner only."""
    return settings.data_dir.expanduser().absolute() / "demo-login.txt"


async def ensure_demo(settings: Settings, progress: Progress) -> DemoLogin | None:
    """Fill the demo account if this installation holds no account yet, and say how to log in to it.

    For `up`, after the migrations; `settings` must lead to a running PostgreSQL. A fill that was interrupted is
    finished. None when the installation is somebody's own: it has other accounts, or the demo was deleted.
    """
    raise NotImplementedError
