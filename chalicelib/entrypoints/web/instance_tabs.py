"""The views of one number: overview, metrics, audit, settings, also with a form that has to be put right."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.domain.errors import NotFound
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalice.app import Response

    from chalicelib.application.instances.states import InstanceState
    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

_LAST, _ENTRIES = 5, 25


def show_tab(
    page: Page, instance_id: str, tab: str, forms: Mapping[str, Form[Any]] | None = None, phone: str | None = None
) -> Response:
    """One view of a number.

    Args:
        page: Who reads.
        instance_id: The number.
        tab: Which view.
        forms: Forms that something is wrong with, by what they do.
        phone: Its phone in full, when somebody just asked for it.

    Raises:
        NotFound: There is no such number, or no such view.
    """
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415 - schemas and words, on these pages only
    from chalicelib.entrypoints.web.views.instance import instance  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415

    if tab not in _TABS:
        raise NotFound("There is no such view of a number.")
    state = services().states.one(page.organization.id, instance_id)
    pauses = [state.instance.paused, page.organization.paused]
    names = names_of(page, [pause.by for pause in pauses if pause])
    shown = instance(page, state, names, phone)
    template = f"fragments/instance_{tab}.html" if page.partial else f"instance_{tab}.html"
    context = {"one": shown, "tab": tab, "tabs": _tabs(page, instance_id, tab), **_TABS[tab][1](page, state)}
    filled: defaultdict[str, Form[Any]] = defaultdict(Form, forms or {})
    return page.render(template, 422 if forms else 200, forms=filled, **context)


def _tabs(page: Page, instance_id: str, current: str) -> list[dict[str, Any]]:
    return [
        {
            "href": f"{page.root}instances/{instance_id}/{name}",
            "label": page.gettext(label),
            "current": name == current,
        }
        for name, (label, _) in _TABS.items()
    ]


def _overview(page: Page, state: InstanceState) -> dict[str, Any]:
    from chalicelib.entrypoints.web.views.instance import decisions  # noqa: PLC0415

    newest = services().queries.newest_of_instance(page.organization.id, state.instance.id, _LAST)
    return {"decisions": decisions(page, newest)}


def _metrics(page: Page, state: InstanceState) -> dict[str, Any]:
    from chalicelib.entrypoints.web.views.metrics import metrics  # noqa: PLC0415

    post, counts = services().overviews.of_instance(state, page.times.day_began_at())
    return {"metrics": metrics(page, post, counts)}


def _audit(page: Page, state: InstanceState) -> dict[str, Any]:
    from chalicelib.entrypoints.web.views.journal import happened  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415

    one = state.instance
    bound = {"organization_id": page.organization.id, "query": f"journal {one.id}"}
    found = services().states.journal(page.organization.id, one.id, after_of(page.query, **bound), _ENTRIES)
    names = names_of(page, [entry.actor for entry in found.entries])
    entries = [happened(page.times, entry, names) for entry in found.entries]
    return {"entries": entries, "older": next_of(found.after, **bound), "first": "cursor" not in page.query}


def _settings(page: Page, state: InstanceState) -> dict[str, Any]:
    from chalicelib.entrypoints.web.views.choices import purposes  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.paces import choices  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.policy_form import ORGANIZATION_ONLY, asked  # noqa: PLC0415

    offered = asked(page, state.policy, ORGANIZATION_ONLY)
    return {"paces": choices(page), "asked": offered, "purposes": purposes(page)}


_TABS: Mapping[str, tuple[str, Callable[[Page, InstanceState], dict[str, Any]]]] = {
    "overview": (mark("Overview"), _overview),
    "metrics": (mark("Metrics"), _metrics),
    "audit": (mark("Audit"), _audit),
    "settings": (mark("Settings"), _settings),
}
