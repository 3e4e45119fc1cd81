"""``/policy/what-if``: try a policy on the last hours before it holds, and read what it would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput, TransitionRefused
from chalicelib.entrypoints.web.blueprint import PageBlueprint

if TYPE_CHECKING:
    from chalice.app import Response

    from chalicelib.domain.whatif.simulation import Simulation
    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

routes = PageBlueprint(__name__)

PLACE = "policy/what-if"
_NEWEST = 10
_OWN = "OWN"
# Field of the form by the place of what a use case refuses.
_FIELDS = {"/instance_id": "instance_id", "/policy/preset": "pace"}


@routes.page(f"/{PLACE}")
def ask(page: Page) -> Response:
    """The question to fill in, and the newest answers."""
    return _asking(page)


@routes.page(f"/{PLACE}", methods=["POST"])
def begin(page: Page) -> Response:
    """Begin to find out; whoever may read the policy may try another one, since nothing changes by it."""
    from chalicelib.entrypoints.web.forms import Form, refused  # noqa: PLC0415 - schemas and words, here only

    scope, policy = _filled_in(page)
    if scope.body is None or policy.body is None:
        return _asking(page, Form(page.form, {**scope.errors, **policy.errors}), status=422)
    try:
        asked = services().simulations.ask(
            page.organization.id, page.actor, scope.body.hours, policy.body.policy(), scope.body.instance_id
        )
    except InvalidInput as error:
        return _asking(page, refused(page, scope, _FIELDS[error.pointer], str(error)), status=422)
    except TransitionRefused:
        return _asking(page, Form(page.form), status=409)
    return page.redirect(f"{PLACE}/{asked.id}")


@routes.page(f"/{PLACE}/{{simulation_id}}")
def show(page: Page, simulation_id: str) -> Response:
    """How far it is, and the answer; the page asks for it anew until it is there."""
    from chalicelib.entrypoints.web.views.whatif import answer  # noqa: PLC0415 - words, on pages only

    found: Simulation = services().simulations.one(page.organization.id, simulation_id)
    template = "fragments/whatif.html" if page.partial else "whatif_answer.html"
    return page.render(template, view=answer(page, found), news=page.partial and found.ended)


def _filled_in(page: Page) -> tuple[Form[Any], Form[Any]]:
    """What was asked about, and the policy that was proposed."""
    from chalicelib.entrypoints.http.schemas.policy import PresetBody  # noqa: PLC0415 - as above
    from chalicelib.entrypoints.http.schemas.simulations import SimulationScope  # noqa: PLC0415
    from chalicelib.entrypoints.web.forms import read_form  # noqa: PLC0415
    from chalicelib.entrypoints.web.policy_form import read_policy  # noqa: PLC0415

    given: dict[str, object] = {
        "hours": page.form.get("hours", ""),
        "instance_id": page.form.get("instance_id") or None,
    }
    scope = read_form(page, SimulationScope, meant=given)
    if page.form.get("pace") == _OWN:
        return scope, read_policy(page)
    return scope, read_form(page, PresetBody, {"preset": "pace"})


def _asking(page: Page, form: Form[Any] | None = None, status: int = 200) -> Response:
    from chalicelib.entrypoints.web.forms import Form  # noqa: PLC0415 - as above
    from chalicelib.entrypoints.web.policy import tabs  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.policy_form import asked  # noqa: PLC0415
    from chalicelib.entrypoints.web.views.whatif import numbers, paces, rows  # noqa: PLC0415

    organization = services().onboarding.organization(page.organization.id)
    offered = asked(page, organization.policy)
    newest = services().simulations.newest(page.organization.id, _NEWEST)
    return page.render(
        "whatif.html",
        status,
        tabs=tabs(page, PLACE),
        asked=offered,
        paces=paces(page, offered.presets),
        numbers=numbers(page),
        form=form or Form(),
        busy=status == 409,  # noqa: PLR2004 - as it is answered
        rows=rows(page, newest),
    )
