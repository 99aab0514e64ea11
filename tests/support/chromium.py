"""Where the Chromium of the browser tests is, and how it is started."""

import os
import shutil
from pathlib import Path

ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]


def chromium_path() -> str:
    """The one `make` found or fetched, else the system's. Fails a test rather than skipping it."""
    note = Path(__file__).parents[2] / ".tools" / "chromium-path"
    found = os.environ.get("CHROMIUM_PATH") or (note.read_text().strip() if note.exists() else "")
    found = found or shutil.which("chromium") or shutil.which("google-chrome") or ""
    assert found, "No Chromium: run `make test`, which fetches one, or set CHROMIUM_PATH"
    return found
