"""``/policy``: what paces every number without a policy of its own, who may change it, and what it was before."""

from __future__ import annotations

import re
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.role import Role
from chalicelib.entrypoints.http.cursors import after_of, next_of
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalice.app import Response

    from chalicelib.domain.policy import Policy
    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

_ENTRIES = 25
_OWN = "OWN"
_VERSION = re.compile(r"[0-9]{1,9}", re.ASCII)
_TABS = {"policy": mark("At present"), "policy/history": mark("Changes"), "policy/what-if": mark("What if…?")}


@routes.page("/policy")
def show(page: Page) -> Response:
    """What holds, and for administrators what could hold instead."""
    return _shown(page)


@routes.page("/policy", methods=["POST"], role=Role.ADMIN)
def change(page: Page) -> Response:
    """Let a preset or figures of one's own hold; what was typed stays where something is wrong with it."""
    from chalicelib.entrypoints.http.schemas.policy import PresetBody  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.web.forms import read_form  # noqa: PLC0415
    from chalicelib.entrypoints.web.policy_form import read_policy  # noqa: PLC0415

    own = page.form.get("pace") == _OWN
    form: Form[Any] = read_policy(page) if own else read_form(page, PresetBody, {"preset": "pace"})
    name = "own" if own else "pace"
    if form.body is None:
        return _shown(page, {name: form}, status=422)
    return _changed(page, name, form, form.body.policy())


@routes.page("/policy/history")
def history(page: Page) -> Response:
    """Every change, newest first: who, when, each figure before and after."""
    from chalicelib.entrypoints.web.views.people import names_of  # noqa: PLC0415 - words, on pages only
    from chalicelib.entrypoints.web.views.policy import changed  # noqa: PLC0415

    bound = {"organization_id": page.organization.id, "query": "policy history"}
    found = services().policies.history(page.organization.id, after_of(page.query, **bound), _ENTRIES)
    names = names_of(page, [entry.actor for entry in found.entries])
    return page.render(
        "policy_history.html",
        tabs=tabs(page, "policy/history"),
        entries=[changed(page.times, entry, names) for entry in found.entries],
        older=next_of(found.after, **bound),
        first="cursor" not in page.query,
    )


def _changed(page: Page, name: str, form: Form[Any], policy: Policy) -> Response:
    from chalicelib.entrypoints.web.forms import refused  # noqa: PLC0415 - schemas and words, here only

    given = page.form.get("version", "")
    version = int(given) if _VERSION.fullmatch(given) else 0
    try:
        services().policies.change(page.organization.id, page.actor, policy, version)
    except InvalidInput as error:
        return _shown(page, {name: refused(page, form, "pace", str(error))}, status=422)
    except VersionConflict:
        return _shown(page, {name: form}, status=409)
    return page.redirect("policy", {"done": "saved"})


def _shown(page: Page, forms: Mapping[str, Form[Any]] | None = None, status: int = 200) -> Response:
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415 - as above
    from chalicelib.entrypoints.web.views.policy import held  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.policy_form import asked  # noqa: PLC0415

    organization = services().onboarding.organization(page.organization.id)
    filled: defaultdict[str, Form[Any]] = defaultdict(Form, forms or {})
    return page.render(
        "policy.html",
        status,
        tabs=tabs(page, "policy"),
        held=held(page.times, organization, services().policies.providers),
        asked=asked(page, organization.policy),
        forms=filled,
        overtaken=status == HTTPStatus.CONFLICT,
    )


def tabs(page: Page, current: str) -> list[dict[str, Any]]:
    """The pages about policies, with the current one marked."""
    return [
        {"href": page.root + path, "label": page.gettext(label), "current": path == current}
        for path, label in _TABS.items()
    ]
