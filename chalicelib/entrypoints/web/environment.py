"""How templates are read: the build compiles them and the pages render them by this one configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from chalicelib.entrypoints.web.filters import FILTERS

if TYPE_CHECKING:
    from jinja2 import BaseLoader


def environment(loader: BaseLoader) -> Environment:
    """Make a template environment.

    Args:
        loader: Where its templates come from: sources when they are compiled, modules when they are rendered.

    Returns:
        An environment that escapes everything, fails on a name nobody gave and knows `_` and `{% trans %}`; its
        callers add `gettext` and `ngettext`. What a filter asks for is compiled in, so the filters are given here.
    """
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True  # a {% trans %} block may be written over several lines
    made.filters.update(FILTERS)
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # the i18n extension's
    return made
