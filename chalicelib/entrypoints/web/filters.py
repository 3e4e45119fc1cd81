"""Filters of templates: instants in words, with the exact one beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import pass_context
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.runtime import Context

    from chalicelib.entrypoints.web.words.times import Times

_NEVER = Markup("—")


@pass_context
def _ago(context: Context, at: int | None) -> Markup:
    """How long ago an instant (ms) was; the browser keeps it up to date."""
    times: Times = context["times"]
    return _time(times, at, times.ago(at), " data-relative") if at else _NEVER


@pass_context
def _moment(context: Context, at: int | None) -> Markup:
    """When an instant (ms) is, as people speak of it."""
    times: Times = context["times"]
    return _time(times, at, times.moment(at)) if at else _NEVER


def _time(times: Times, at: int, text: str, attribute: str = "") -> Markup:
    shown = Markup('<time datetime="{}" title="{}"{}>{}</time>')
    return shown.format(times.iso(at), times.exact(at), Markup(attribute), text)  # noqa: S704 - a literal of this file


FILTERS: Mapping[str, Callable[..., Any]] = {"ago": _ago, "moment": _moment}
