"""What people do with a number: a form that is wrong comes back with its page; after the rest the number says it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from chalicelib.application.instances.registry import Changes
from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput, ProviderUnavailable, TransitionRefused
from chalicelib.domain.lifecycle import Action
from chalicelib.domain.role import Role
from chalicelib.entrypoints.http.schemas.fields import millis
from chalicelib.entrypoints.http.schemas.instances import CooldownBody, InstanceChanges, PauseBody, ReinstateBody
from chalicelib.entrypoints.web import connecting
from chalicelib.entrypoints.web.forms import Form, read_form, refused, with_moment
from chalicelib.entrypoints.web.instance_tabs import show_tab
from chalicelib.entrypoints.web.paces import PaceBody, WarmedUpBody
from chalicelib.entrypoints.web.policy_form import read_policy
from chalicelib.entrypoints.web.views.instance import least_role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalice.app import Response

    from chalicelib.entrypoints.http.schemas.policy import PolicyBody
    from chalicelib.entrypoints.web.page import Page

Body = TypeVar("Body", bound=BaseModel)

# The views of a number that have forms.
_TABS = ("overview", "settings")
# What is said after a form was done, by its name.
_NOTICES = {
    "pause": "paused",
    "rest": "cooled_down",
    "change": "saved",
    "pace": "saved",
    "policy": "saved",
    "warmup": "saved",
    "reinstate": "reinstated",
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done: how, and the least role that may."""

    work: Callable[[Page, str], Response]
    role: Role = Role.OPERATOR


def _pause(page: Page, instance_id: str) -> Response:
    names = {"reason": "pause_reason", "until": "pause_until"}
    form = read_form(page, PauseBody, names, meant=with_moment(page, "pause_until"))

    def work(body: PauseBody) -> None:
        until = millis(body.until)
        services().controls.pause(page.organization.id, instance_id, page.actor, body.reason, until)

    return _asked(page, instance_id, form, work, "pause")


def _cool_down(page: Page, instance_id: str) -> Response:
    names = {"reason": "rest_reason", "until": "rest_until"}
    form = read_form(page, CooldownBody, names, meant=with_moment(page, "rest_until"))

    def work(body: CooldownBody) -> None:
        until = millis(body.until) or 0
        services().controls.cool_down(page.organization.id, instance_id, page.actor, body.reason, until)

    return _asked(page, instance_id, form, work, "rest")


def _change(page: Page, instance_id: str) -> Response:
    form = read_form(page, InstanceChanges, given={"name": "", **page.form})

    def work(body: InstanceChanges) -> None:
        changes = Changes(body.name, body.purpose)
        services().registry.change(page.organization.id, instance_id, page.actor, changes)

    return _asked(page, instance_id, form, work, "change")


def _pace(page: Page, instance_id: str) -> Response:
    def work(body: PaceBody) -> None:
        services().registry.set_policy(page.organization.id, instance_id, page.actor, body.pace.policy)

    return _asked(page, instance_id, read_form(page, PaceBody), work, "pace")


def _policy(page: Page, instance_id: str) -> Response:
    def work(body: PolicyBody) -> None:
        services().registry.set_policy(page.organization.id, instance_id, page.actor, body.policy())

    return _asked(page, instance_id, read_policy(page), work, "policy")


def _warmup(page: Page, instance_id: str) -> Response:
    def work(body: WarmedUpBody) -> None:
        changes = Changes(warmed_up=body.warmed_up)
        services().registry.change(page.organization.id, instance_id, page.actor, changes)

    return _asked(page, instance_id, read_form(page, WarmedUpBody), work, "warmup")


def _reinstate(page: Page, instance_id: str) -> Response:
    def work(body: ReinstateBody) -> None:
        services().registry.reinstate(page.organization.id, instance_id, page.actor, body.reason)

    form = read_form(page, ReinstateBody, {"reason": "reinstate_reason"})
    return _asked(page, instance_id, form, work, "reinstate")


def _log_out(page: Page, instance_id: str) -> Response:
    if page.form.get("sure") != "yes":
        unsure: Form[BaseModel] = Form(errors={"sure": page.gettext("Tick the box to log it out.")})
        return show_tab(page, instance_id, "settings", {"logout": unsure})
    return _done(page, instance_id, "logged_out", partial(_by, page, instance_id, services().sessions.logout))


def _retire(page: Page, instance_id: str) -> Response:
    name = services().states.one(page.organization.id, instance_id).instance.name
    # A page shows any space between words as one.
    if page.form.get("confirmation", "").split() != name.split():
        wrong = page.gettext("This is not the name. Nothing was changed.")
        mistyped: Form[BaseModel] = Form(errors={"confirmation": wrong})
        return show_tab(page, instance_id, "settings", {"retire": mistyped})
    return _done(page, instance_id, "retired", partial(_by, page, instance_id, services().registry.retire))


def _resume(page: Page, instance_id: str) -> Response:
    return _done(page, instance_id, "resumed", partial(_by, page, instance_id, services().controls.resume))


def _end_cooldown(page: Page, instance_id: str) -> Response:
    work = partial(_by, page, instance_id, services().controls.end_cooldown)
    return _done(page, instance_id, "cooldown_ended", work)


def _reveal(page: Page, instance_id: str) -> Response:
    """The phone in full, on this one answer only; the journal keeps who saw it."""
    seen = services().registry.record_phone_reveal(page.organization.id, instance_id, page.actor)
    return show_tab(page, instance_id, "overview", phone=seen.phone)


def _by(page: Page, instance_id: str, work: Callable[[str, str, str], object]) -> None:
    work(page.organization.id, instance_id, page.actor)


def _asked(page: Page, instance_id: str, form: Form[Body], work: Callable[[Body], None], name: str) -> Response:
    body = form.body
    if body is None:
        return show_tab(page, instance_id, _tab(page), {name: form})
    try:
        return _done(page, instance_id, _NOTICES[name], partial(work, body))
    except InvalidInput as error:
        return show_tab(page, instance_id, _tab(page), {name: refused(page, form, f"{name}_until", str(error))})


def _done(page: Page, instance_id: str, done: str, work: Callable[[], None]) -> Response:
    try:
        work()
    except TransitionRefused:
        done = "not_possible"
    except ProviderUnavailable:
        done = "unreachable"
    return page.redirect(f"instances/{instance_id}/{_tab(page)}", {"done": done})


def _tab(page: Page) -> str:
    wanted = page.form.get("tab", "")
    return wanted if wanted in _TABS else _TABS[0]


ACTS: Mapping[str, Act] = {
    "pairing-code": Act(connecting.show_typed_code),
    "pause": Act(_pause),
    "resume": Act(_resume),
    "cool-down": Act(_cool_down),
    "end-cooldown": Act(_end_cooldown),
    "change": Act(_change),
    "pace": Act(_pace),
    "policy": Act(_policy),
    "warmup": Act(_warmup),
    "logout": Act(_log_out),
    "retire": Act(_retire),
    "reinstate": Act(_reinstate, least_role(Action.REINSTATE)),
    "reveal": Act(_reveal),
}
