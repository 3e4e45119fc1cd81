"""What concerns all sending of an organization: whether it is paused, what its plan leaves, the alerts of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.control import ControlStatus
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.views.banner import Banner
from chalicelib.entrypoints.web.views.banners import pause_lines
from chalicelib.entrypoints.web.words.instances import CONTROLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.application.operations import OrganizationState
    from chalicelib.domain.control import Control
    from chalicelib.domain.organization import Organization
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.word import Word


@dataclass(frozen=True, slots=True)
class SendingView:
    """All sending as its page shows it."""

    banners: list[Banner]
    paused: bool
    control: Word
    plan: str


def sending(page: Page, state: OrganizationState, names: Mapping[str, str]) -> SendingView:
    """The page.

    Args:
        page: Who reads.
        state: The organization.
        names: What actors are called (``views.people``).
    """
    say, plan = page.gettext, state.organization.plan
    used = {"used": page.times.number(_used(state)), "plan": page.times.number(plan or 0)}
    return SendingView(
        banners=banners_of_organization(page, state, names),
        paused=state.control.status is not ControlStatus.RUNNING,
        control=CONTROLS[state.control.status].told(say),
        plan=say("%(used)s of %(plan)s messages in 24 hours") % used if plan else say("no limit"),
    )


def banners_of_organization(page: Page, state: OrganizationState, names: Mapping[str, str]) -> list[Banner]:
    """The alerts that concern every number: sending switched off, a pause of it, a plan that is used up.

    Args:
        page: Who reads.
        state: The organization.
        names: What actors are called (``views.people``).
    """
    paused = pause_of_all(page, state.organization, state.control, names)
    return [*_switched_off(page, state), *paused, *_used_up(page, state)]


def _switched_off(page: Page, state: OrganizationState) -> list[Banner]:
    """The alert of a deployment in shadow mode."""
    if state.enabled:
        return []
    say = page.gettext
    lines = (
        say("Messages are accepted and decided as always, and none is sent: Portaria runs in shadow mode."),
        say(
            "What is approved meanwhile stays so until it expires; switched on, it is decided anew and leaves in order."
        ),
        say("Whoever runs Portaria for you switches it on (EXECUTION_QUEUE_ENABLED)."),
    )
    return [
        Banner("wait", say("Sending is switched off"), lines, "messages?status=APPROVED", say("Show what is approved"))
    ]


def pause_of_all(page: Page, organization: Organization, control: Control, names: Mapping[str, str]) -> list[Banner]:
    """The alert of a pause of all sending, if there is one.

    Args:
        page: Who reads.
        organization: Whose numbers.
        control: How far it has come.
        names: What actors are called (``views.people``).
    """
    pause, say = organization.paused, page.gettext
    if pause is None or not pause.holds(page.times.now):
        return []
    title = say("Sending is paused for the whole organization")
    lines = tuple(pause_lines(page, pause, control, names))
    if page.may(Role.OPERATOR):
        return [Banner("wait", title, lines, "sending/resume", say("Resume"), acts=True)]
    return [Banner("wait", title, lines, "sending", say("See why"))]


def _used_up(page: Page, state: OrganizationState) -> list[Banner]:
    plan, say, times = state.organization.plan, page.gettext, page.times
    free_at = state.usage.everything.day.free_at(state.at, plan) if plan else state.at
    if plan is None or free_at <= state.at:
        return []
    figures = {"used": times.number(_used(state)), "plan": times.number(plan)}
    lines = (
        say("Over all numbers, %(used)s messages count within 24 hours; the plan allows %(plan)s.") % figures,
        say("The next can leave at %(until)s. Until then everything waits, answers too; nothing is lost.")
        % {"until": times.moment(free_at)},
        say("Cancel what need not be sent, or ask whoever runs Portaria for you for a larger plan."),
    )
    waiting = "messages?status=QUEUED&reason=PLAN_LIMIT"
    return [Banner("wait", say("The plan for 24 hours is used up"), lines, waiting, say("Show what waits"))]


def _used(state: OrganizationState) -> int:
    return state.usage.everything.day.used(state.at)
