"""Turns organizations into the shapes of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.control import ControlStatus
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.organization import OrganizationView, PauseView, PlanView

if TYPE_CHECKING:
    from chalicelib.application.operations import OrganizationState


def shown(state: OrganizationState) -> OrganizationView:
    """An organization as it is now."""
    one = state.organization
    return OrganizationView(
        id=one.id,
        name=one.name,
        locale=one.locale,
        time_zone=one.time_zone,
        opt_out_words=list(one.opt_out_words),
        opt_in_words=list(one.opt_in_words),
        confirm_opt_outs=one.confirm_opt_outs,
        sending_enabled=state.enabled,
        paused=_paused(state),
        plan=PlanView(per_day=one.plan, used=state.usage.everything.day.used(state.at)) if one.plan else None,
        version=one.version,
    )


def _paused(state: OrganizationState) -> PauseView | None:
    pause, control = state.organization.paused, state.control
    if pause is None or control.status is ControlStatus.RUNNING:
        return None
    return PauseView(
        status=control.status,
        in_flight=control.in_flight,
        by=pause.by,
        reason=pause.reason,
        since=str(instant(pause.at)),
        until=instant(pause.until),
    )
