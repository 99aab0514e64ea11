"""The page's one script, minified at import. It stands in the page: one request less, and its hash is in the CSP."""

from pathlib import Path

import rjsmin

from nameplate.page.styles import source_of

SCRIPT = rjsmin.jsmin((Path(__file__).parent / "client" / "nameplate.js").read_text())
SCRIPT_SOURCE = source_of(SCRIPT)
