"""Turns instances into the shapes of the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chalicelib.domain.circuit import CLOSED
from chalicelib.domain.instance import JournalType
from chalicelib.domain.presets import preset_of
from chalicelib.domain.warmup import warmup_day
from chalicelib.entrypoints.http.schemas.fields import instant
from chalicelib.entrypoints.http.schemas.instances import (
    CircuitView,
    ConnectionAnswer,
    ConnectionView,
    ControlView,
    CooldownView,
    GroupList,
    GroupView,
    InstanceView,
    JournalEntryView,
    PolicyView,
    QrView,
    WarmUpView,
)
from chalicelib.entrypoints.http.views.policy import members_of, recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.application.instances.sessions import ScanCode
    from chalicelib.application.instances.states import InstanceState
    from chalicelib.application.ports.provider import Group
    from chalicelib.domain.instance import JournalEntry

# Facts of journal entries that are instants.
_INSTANTS = frozenset({"until", "ramp_until"})
# Facts of a changed policy that are policies.
_POLICIES = ("old", "new")
_SHOWN_DIGITS = 4


def shown(state: InstanceState) -> InstanceView:
    """A number as it is now."""
    one = state.instance
    return InstanceView(
        id=one.id,
        name=one.name,
        provider=one.provider,
        purpose=one.purpose,
        phone=masked(one.phone),
        lifecycle=one.lifecycle,
        connection=_connection(state),
        circuit=_circuit(state),
        control=_control(state),
        cooldown=cooldown(state),
        risk=one.risk(state.at),
        capacity=one.capacity(state.at),
        policy=_policy(state),
        last_good_send_at=instant(one.last_good_send_at or None),
        warmed_up=one.warmed_up,
        warmup_started_at=instant(one.warmup_at or None),
        warmup=_warmup(state),
        allowed_actions=list(state.actions),
        created_at=str(instant(one.created_at)),
        version=one.version,
    )


def session(state: InstanceState, code: ScanCode | None) -> ConnectionAnswer:
    """What is known of its session."""
    return ConnectionAnswer(
        connection=_connection(state),
        code_expires_at=instant(code.expires_at) if code else None,
        phone=masked(state.instance.phone),
        allowed_actions=list(state.actions),
    )


def qr(state: InstanceState, code: ScanCode | None) -> QrView:
    """The code to scan."""
    return QrView(
        qr=code.picture if code else None,
        expires_at=instant(code.expires_at) if code else None,
        connection=_connection(state),
    )


def entry(happened: JournalEntry) -> JournalEntryView:
    """One thing that happened; a policy among its facts is told as bodies have it."""
    facts: dict[str, Any] = {
        name: instant(value) if name in _INSTANTS else value for name, value in happened.data.items()
    }
    repaced = happened.type is JournalType.POLICY_CHANGED
    facts |= {name: recorded(facts[name]) for name in (_POLICIES if repaced else ["policy"]) if facts.get(name)}
    return JournalEntryView(at=str(instant(happened.at)), type=happened.type, actor=happened.actor, data=facts)


def groups(found: Sequence[Group]) -> GroupList:
    """The groups of a number."""
    return GroupList(data=[GroupView(id=one.id, name=one.name, size=one.size) for one in found])


def masked(phone: str | None) -> str | None:
    """A phone of which only the beginning and the end are shown: ``+5511•••••4321``."""
    if phone is None:
        return None
    start, end = phone[: -2 * _SHOWN_DIGITS - 1], phone[-_SHOWN_DIGITS:]
    return start + "•" * (len(phone) - len(start) - len(end)) + end


def _connection(state: InstanceState) -> ConnectionView:
    one = state.instance
    return ConnectionView(
        status=one.connection,
        cause=one.cause,
        since=str(instant(one.connection_at)),
        seen_at=str(instant(one.seen_at)),
        age_seconds=max(0, state.at - one.seen_at) // 1000,
        stale=one.is_stale(state.at),
    )


def _circuit(state: InstanceState) -> CircuitView | None:
    circuit = state.instance.circuit
    if circuit == CLOSED:
        return None
    opened_at, until = str(instant(circuit.opened_at)), str(instant(circuit.until))
    return CircuitView(opened_at=opened_at, until=until, times=circuit.times)


def _control(state: InstanceState) -> ControlView:
    pause = state.instance.paused if state.instance.is_paused(state.at) else None
    return ControlView(
        status=state.control.status,
        in_flight=state.control.in_flight,
        by=pause.by if pause else None,
        reason=pause.reason if pause else None,
        since=instant(pause.at) if pause else None,
        until=instant(pause.until) if pause else None,
    )


def cooldown(state: InstanceState) -> CooldownView | None:
    """Its rest, while it lasts."""
    rest = state.instance.cooldown
    if rest is None or not state.instance.is_cooling(state.at):
        return None
    return CooldownView(reason=rest.reason, since=str(instant(rest.since)), until=str(instant(rest.until)))


def _policy(state: InstanceState) -> PolicyView:
    scope = "INSTANCE" if state.instance.policy else "ORGANIZATION"
    return PolicyView(scope=scope, preset=preset_of(state.policy), **members_of(state.policy))


def _warmup(state: InstanceState) -> WarmUpView | None:
    today = warmup_day(state.policy, state.instance, state.at)
    return WarmUpView(**{**asdict(today), "ends_at": instant(today.ends_at)}) if today else None
