"""``/instances/new``: a number in three steps: who, how, connect. One page's key stands for one number."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.blueprint import PageBlueprint
from chalicelib.entrypoints.web.connecting import start

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.entrypoints.http.schemas.instances import NewInstanceBody
    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.paces import StartBody
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

_KEY_BYTES = 16
_KEY = re.compile(r"[\w-]{22}", re.ASCII)


@routes.page("/instances/new", role=Role.OPERATOR)
def show(page: Page) -> Response:
    """Step one or two. The key stands in the address: going back to any step and on again finds the same number."""
    from chalicelib.entrypoints.http.schemas.instances import NewInstanceBody  # noqa: PLC0415 - schemas, here only
    from chalicelib.entrypoints.web.forms import Form, read_form  # noqa: PLC0415

    if not _KEY.fullmatch(page.query.get("key", "")):
        return page.redirect("instances/new", {"key": secrets.token_urlsafe(_KEY_BYTES)})
    who = read_form(page, NewInstanceBody, given=page.query)
    if page.query.get("step") == "2" and who.body:
        return _how(page, who, Form(page.query))
    return _who(page, who if "step" in page.query else Form(page.query))


@routes.page("/instances/new", methods=["POST"], role=Role.OPERATOR)
def create(page: Page) -> Response:
    """Create the number, or bring the one created before in line with what is wanted now, and start its session."""
    from chalicelib.application.instances.registry import NewInstance  # noqa: PLC0415 - needed here only
    from chalicelib.entrypoints.http.schemas.instances import NewInstanceBody  # noqa: PLC0415
    from chalicelib.entrypoints.web.forms import read_form  # noqa: PLC0415
    from chalicelib.entrypoints.web.paces import StartBody  # noqa: PLC0415

    key = page.form.get("key", "")
    if not _KEY.fullmatch(key):
        return page.redirect("instances/new")
    who, how = read_form(page, NewInstanceBody), read_form(page, StartBody)
    if who.body is None:
        return _who(page, who)
    if how.body is None:
        return _how(page, who, how)
    policy, warmed_up = how.body.pace.policy, how.body.warmed_up
    wanted = NewInstance(who.body.name, who.body.provider, who.body.purpose, policy, warmed_up)
    instance = services().registry.settle(page.organization.id, page.actor, wanted, f"panel {key}")
    return start(page, instance.id)


def _who(page: Page, form: Form[NewInstanceBody]) -> Response:
    from chalicelib.entrypoints.web.views.choices import providers, purposes  # noqa: PLC0415 - words, here only

    status = 422 if form.errors else 200
    return page.render("onboarding_who.html", status, form=form, purposes=purposes(page), providers=providers(page))


def _how(page: Page, who: Form[NewInstanceBody], how: Form[StartBody]) -> Response:
    from chalicelib.entrypoints.web.views.paces import choices, tables, trust  # noqa: PLC0415

    status = 422 if how.errors else 200
    paces = {"paces": choices(page), "trust": trust(page), "tables": tables(page)}
    return page.render("onboarding_how.html", status, who=who.body, form=how, **paces)
