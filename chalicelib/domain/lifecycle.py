"""What people may do with an instance, and when: each action is allowed or refused here and nowhere else."""

from __future__ import annotations

from dataclasses import asdict, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.circuit import CLOSED
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.cooldown import Cooldown
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.instance import JournalType, Lifecycle
from chalicelib.domain.pause import Pause
from chalicelib.domain.presets import require_offered
from chalicelib.domain.reachout import OPEN
from chalicelib.domain.resting import USED, rested, resting
from chalicelib.domain.signals import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.instance import Instance
    from chalicelib.domain.policy import Policy


class Action(StrEnum):
    """What people can do with an instance."""

    CONNECT = "connect"
    RECONNECT = "reconnect"
    PAUSE = "pause"
    RESUME = "resume"
    COOL_DOWN = "cool_down"
    END_COOLDOWN = "end_cooldown"
    LOGOUT = "logout"
    RETIRE = "retire"
    REINSTATE = "reinstate"


def allowed_actions(instance: Instance, now: int) -> tuple[Action, ...]:
    """What may be done with the instance at ``now`` (ms), in the order in which it is offered."""
    if instance.lifecycle is Lifecycle.RETIRED:
        return ()
    if instance.lifecycle is Lifecycle.BANNED:
        return (Action.REINSTATE, Action.RETIRE)
    used = instance.lifecycle in USED
    offered = {
        Action.CONNECT: not _connected(instance, now) and not instance.paired,
        Action.RECONNECT: not _connected(instance, now) and instance.paired,
        Action.PAUSE: not instance.is_paused(now),
        Action.RESUME: instance.is_paused(now),
        Action.COOL_DOWN: used and not instance.is_cooling(now),
        Action.END_COOLDOWN: used and instance.is_cooling(now),
        Action.LOGOUT: instance.paired,
        Action.RETIRE: True,
    }
    return tuple(action for action, fits in offered.items() if fits)


def require(instance: Instance, now: int, *actions: Action) -> None:
    """Refuse unless one of ``actions`` is allowed at ``now`` (ms).

    Raises:
        TransitionRefused: None is; the text says what is.
    """
    allowed = allowed_actions(instance, now)
    if not any(action in allowed for action in actions):
        state = f"{instance.lifecycle}, {instance.connection}" + (", paused" if instance.is_paused(now) else "")
        offer = f"Possible now: {', '.join(allowed)}." if allowed else "Nothing can be done with it any more."
        raise TransitionRefused(f"This instance is {state}: {actions[0]} is not possible. {offer}")


def changed(instance: Instance, fields: Mapping[str, Any], actor: str, now: int) -> Instance:
    """The instance with other ``name``, ``purpose`` or ``warmed_up``; the same object when nothing differs."""
    new = {field: value for field, value in fields.items() if value != getattr(instance, field)}
    if not new:
        return instance
    _require_in_use(instance)
    old = {field: getattr(instance, field) for field in new}
    return replace(instance, **new).noting(JournalType.CHANGED, now, actor, old=old, new=new)


def repaced(instance: Instance, policy: Policy | None, actor: str, now: int) -> Instance:
    """The instance with pacing of its own, or with its organization's (``None``); the same object when it had that."""
    if policy == instance.policy:
        return instance
    _require_in_use(instance)
    if policy:
        require_offered(policy, (instance.provider,))
    old, new = (asdict(one) if one else None for one in (instance.policy, policy))
    return replace(instance, policy=policy).noting(JournalType.POLICY_CHANGED, now, actor, old=old, new=new)


def connecting(instance: Instance, actor: str, now: int) -> Instance:
    """The instance whose session is being started; whoever does that wants it to be tried at once."""
    require(instance, now, Action.CONNECT, Action.RECONNECT)
    return replace(instance, circuit=CLOSED).became(Connection.CONNECTING, None, now, actor)


def logged_out(instance: Instance, actor: str, now: int) -> Instance:
    """The instance after its pairing was removed from our side."""
    require(instance, now, Action.LOGOUT)
    return instance.became(Connection.LOGGED_OUT, Cause.LOGGED_OUT_BY_US, now, actor)


def paused(instance: Instance, reason: str, until: int | None, actor: str, now: int) -> Instance:
    """The instance stopped by hand."""
    require(instance, now, Action.PAUSE)
    stopped = replace(instance, paused=Pause(actor, reason, now, until))
    return stopped.noting(JournalType.PAUSED, now, actor, reason=reason, until=until)


def resumed(instance: Instance, actor: str, now: int) -> Instance:
    """The instance that may send again as far as people are concerned."""
    require(instance, now, Action.RESUME)
    return replace(instance, paused=None).noting(JournalType.RESUMED, now, actor)


def cooled_down(instance: Instance, reason: str, until: int, actor: str, now: int) -> Instance:
    """The instance sent to rest by hand."""
    require(instance, now, Action.COOL_DOWN)
    return resting(instance, Cooldown(now, until, reason), actor, now)


def cooldown_ended(instance: Instance, actor: str, now: int) -> Instance:
    """The instance whose rest is ended by hand."""
    require(instance, now, Action.END_COOLDOWN)
    return rested(instance, actor, now)


def retired(instance: Instance, actor: str, now: int, *, unpaired: bool) -> Instance:
    """The instance that will never send again; ``unpaired`` when its phone was let go."""
    require(instance, now, Action.RETIRE)
    if unpaired and instance.paired:
        instance = instance.became(Connection.LOGGED_OUT, Cause.LOGGED_OUT_BY_US, now, actor)
    return replace(instance, lifecycle=Lifecycle.RETIRED).noting(JournalType.RETIRED, now, actor)


def reinstated(instance: Instance, reason: str, actor: str, now: int) -> Instance:
    """The banned instance whose appeal succeeded: pair it again, warm it up from day one."""
    require(instance, now, Action.REINSTATE)
    fresh = replace(
        instance,
        lifecycle=Lifecycle.CREATED,
        connection=Connection.DISCONNECTED,
        connection_at=now,
        seen_at=now,
        cause=None,
        paired=False,
        warmup_at=0,
        warmed_up=False,
        circuit=CLOSED,
        cooldown=None,
        rested=None,
        signals=NONE,
        reachout=OPEN,
    )
    return fresh.noting(JournalType.REINSTATED, now, actor, reason=reason)


def _require_in_use(instance: Instance) -> None:
    if instance.lifecycle is Lifecycle.RETIRED:
        raise TransitionRefused("This instance is retired: it stays as it is.")


def _connected(instance: Instance, now: int) -> bool:
    return instance.connection is Connection.CONNECTED and not instance.is_stale(now)
