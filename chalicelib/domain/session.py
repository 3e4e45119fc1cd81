"""What is learned about a number's session: answers to questions, events, sends that went well or did not.

Events carry no time and may come late, twice or in any order. So an event never speaks alone: the provider is asked,
and the event is believed where it fits the answer and the state before. Its repetition then changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.circuit import CLOSED
from chalicelib.domain.connection import Cause, Connection, Observation
from chalicelib.domain.instance import FINAL, JournalType, Lifecycle
from chalicelib.domain.resting import banned_for_a_while
from chalicelib.domain.signals import Sign
from chalicelib.domain.values import HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from chalicelib.domain.connection import Report
    from chalicelib.domain.instance import Instance

# A session that was started and shows nothing by then has failed to connect.
CONNECT_PATIENCE = 30 * SECOND
# So many codes that ran out in a row: perhaps the phone asks for a passkey, which a bridge does not tell.
SCANS_BEFORE_PASSKEY = 2
# How long the first code of a session can be scanned, and each one after it.
FIRST_CODE_LASTS, CODE_LASTS = MINUTE, 20 * SECOND
# How often a good send is written down.
GOOD_SEND_EVERY = MINUTE

_PROVIDER = "provider"
_ENGINE = "engine"

# A closed session says nothing new about these: they know better why.
_EXPLAINED = frozenset({Connection.LOGGED_OUT, Connection.PASSKEY_REQUIRED})
_EXPLAINING = frozenset({Cause.QR_TIMEOUT, Cause.CONNECT_FAILED, Cause.CLIENT_OUTDATED})
_SHOWING = frozenset({Connection.CONNECTING, Connection.AWAITING_SCAN})

# A session that ends so was not lost by the number: what carries it was away, or refused us.
_OURS = frozenset({Cause.PROVIDER_UNREACHABLE, Cause.PROVIDER_REFUSED})

# Why a session is not connected that refused sends.
_REFUSING = frozenset({Cause.SENDS_FAILED, Cause.PROVIDER_REFUSED})

# From which states an event may say that a session ended so.
_ENDS_FROM = {
    Connection.LOGGED_OUT: frozenset(
        {Connection.CONNECTED, Connection.CONNECTING, Connection.DISCONNECTED, Connection.ERROR}
    ),
    Connection.DISCONNECTED: frozenset({Connection.CONNECTED, Connection.CONNECTING, Connection.AWAITING_SCAN}),
    Connection.PASSKEY_REQUIRED: frozenset({Connection.CONNECTING, Connection.AWAITING_SCAN}),
    Connection.ERROR: frozenset(
        {Connection.CONNECTED, Connection.CONNECTING, Connection.AWAITING_SCAN, Connection.DISCONNECTED}
    ),
}


def observed(instance: Instance, seen: Observation, now: int) -> Instance:
    """The instance after its provider was asked about the session."""
    if instance.lifecycle in FINAL:
        return instance
    if seen.connection is Connection.CONNECTED:
        return _refusing(instance, now) if instance.circuit.is_open(now) else _connected(instance, seen.phone, now)
    if seen.connection is Connection.DISCONNECTED:
        return _closed(instance, seen.cause, now)
    return _became(instance, seen.connection, seen.cause, now)


def reported(instance: Instance, report: Report, seen: Observation, now: int, told_at: int | None = None) -> Instance:
    """The instance after an event about its session, held against what the provider answers now.

    Args:
        instance: The number.
        report: What the event says.
        seen: What the provider answers.
        now: When, ms.
        told_at: When the event came in, ms; now by default.
    """
    if report.ban:
        instance = banned_for_a_while(instance, report.ban, told_at or now, now)
    closed = seen.connection is Connection.DISCONNECTED
    if not closed or report.connection is Connection.CONNECTED or not _fits(instance, report):
        return observed(instance, seen, now)
    if report.cause is Cause.QR_TIMEOUT:
        return _code_ran_out(instance, now)
    instance = _became(instance, report.connection, report.cause, now)
    if report.cause is Cause.ACCOUNT_BANNED:
        banned = replace(instance, lifecycle=Lifecycle.BANNED, cooldown=None)
        return banned.noting(JournalType.BANNED, now, _PROVIDER)
    return instance


def sends_failed(instance: Instance, connection: Connection, cause: Cause, now: int) -> Instance:
    """The instance after a send that failed because of its session: its circuit is open, longer than the last time.

    The same object when its session has ended since that send set out: whoever wrote that knows better why.
    """
    if instance.lifecycle in FINAL or instance.connection is not Connection.CONNECTED:
        return instance
    circuit = instance.circuit.opened(now)
    return replace(_became(instance, connection, cause, now, _ENGINE), circuit=circuit)


def sent_well(instance: Instance, accepted_at: int, now: int) -> Instance:
    """The instance after a confirmed send; the same object when that is known from a moment ago.

    Args:
        instance: The number.
        accepted_at: When the message had been accepted, ms.
        now: When the send was confirmed, ms.
    """
    known = instance.circuit == CLOSED and now < instance.last_good_send_at + GOOD_SEND_EVERY
    if instance.connection is not Connection.CONNECTED or known:
        return instance
    return replace(instance, last_good_send_at=now, last_good_of=accepted_at, seen_at=now, circuit=CLOSED)


def code_expires_at(seen_at: int, number: int) -> int:
    """When the code ``number`` of a session, first seen at ``seen_at`` (ms), stops working, ms."""
    return seen_at + (FIRST_CODE_LASTS if number == 1 else CODE_LASTS)


def next_look(instance: Instance) -> int | None:
    """When the provider should be asked next without anybody wanting to know, ms; ``None`` for never."""
    if instance.lifecycle in FINAL:
        return None
    rest = [instance.cooldown.until] if instance.cooldown else []
    pause = _pause_between_looks(instance)
    if pause and instance.circuit.is_open(instance.seen_at):
        rest.append(instance.circuit.until)
    return min([instance.seen_at + pause, *rest]) if pause else min(rest, default=None)


def _pause_between_looks(instance: Instance) -> int | None:
    if instance.connection is Connection.CONNECTED:
        return 2 * MINUTE
    if instance.connection in _SHOWING:
        return 30 * SECOND
    if instance.lifecycle is Lifecycle.CREATED or instance.connection in _EXPLAINED:
        return None
    return 50 * SECOND if instance.seen_at < instance.connection_at + HOUR else 15 * MINUTE


def _connected(instance: Instance, phone: str | None, now: int) -> Instance:
    first = instance.lifecycle is Lifecycle.CREATED
    known = replace(
        instance,
        lifecycle=Lifecycle.ACTIVE if first else instance.lifecycle,
        warmup_at=instance.warmup_at or now,
        phone=phone or instance.phone,
        failed_scans=0,
    )
    return _became(known, Connection.CONNECTED, None, now)


def _refusing(instance: Instance, now: int) -> Instance:
    """The instance whose provider says connected while it is known to refuse sends: only that it answers is new."""
    if instance.cause in _REFUSING:
        return _seen(instance, now)
    return _became(instance, Connection.DISCONNECTED, Cause.SENDS_FAILED, now)


def _closed(instance: Instance, cause: Cause | None, now: int) -> Instance:
    """The instance whose session is not open; where more is known than that, it stays known."""
    if instance.connection is Connection.AWAITING_SCAN and cause is None:
        return _code_ran_out(instance, now)
    if instance.connection is Connection.CONNECTING and cause is None:
        if now < instance.connection_at + CONNECT_PATIENCE:
            return _seen(instance, now)
        return _became(instance, Connection.DISCONNECTED, Cause.CONNECT_FAILED, now)
    if instance.connection in _EXPLAINED or instance.cause in _EXPLAINING:
        return _seen(instance, now)
    if instance.lifecycle is not Lifecycle.CREATED:
        cause = cause or _cause_before(instance) or Cause.CONNECTION_LOST
    return _became(instance, Connection.DISCONNECTED, cause, now)


def _cause_before(instance: Instance) -> Cause | None:
    """Why it was closed before, if that still holds: a provider that answers is neither absent nor refusing."""
    return instance.cause if instance.cause is Cause.SENDS_FAILED else None


def _code_ran_out(instance: Instance, now: int) -> Instance:
    scans = instance.failed_scans + 1
    instance = replace(instance, failed_scans=scans)
    if scans >= SCANS_BEFORE_PASSKEY:
        return _became(instance, Connection.PASSKEY_REQUIRED, Cause.PASSKEY_ASSUMED, now)
    return _became(instance, Connection.DISCONNECTED, Cause.QR_TIMEOUT, now)


def _fits(instance: Instance, report: Report) -> bool:
    if instance.lifecycle in FINAL or instance.connection not in _ENDS_FROM.get(report.connection, ()):
        return False
    if report.cause is Cause.QR_TIMEOUT:
        return instance.connection in _SHOWING
    return report.connection is not Connection.LOGGED_OUT or instance.paired


def _seen(instance: Instance, now: int) -> Instance:
    return replace(instance, seen_at=max(now, instance.seen_at))


def _became(
    instance: Instance, connection: Connection, cause: Cause | None, now: int, actor: str = _PROVIDER
) -> Instance:
    if (instance.connection, instance.cause) == (connection, cause):
        return _seen(instance, now)
    if instance.connection is Connection.CONNECTED and cause not in _OURS:
        instance = instance.showing(Sign.DISCONNECTS, now)
    return instance.became(connection, cause, now, actor)
