"""The templates, loaded and compiled at import: a request only fills them in."""

from pathlib import Path

import jinja2

from nameplate.page.icons import ICONS

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.globals.update(icons=ICONS, new_set=set)
# Those that others include as well: the first visitor would wait for the disk, and everybody with him.
for _name in _ENVIRONMENT.list_templates(extensions=["html"]):
    _ENVIRONMENT.get_template(_name)


def template(name: str) -> jinja2.Template:
    """A compiled template. Raises jinja2.TemplateNotFound at import, never in a request."""
    return _ENVIRONMENT.get_template(name)
