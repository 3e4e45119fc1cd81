"""How a number comes to rest and back: by WhatsApp's word, by its own health or by hand, and always with an end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.cooldown import BY_HEALTH, THROTTLED, Cooldown, Rested
from chalicelib.domain.health import RAMP_LASTS, cooldown_length
from chalicelib.domain.instance import JournalType, Lifecycle
from chalicelib.domain.signals import Sign
from chalicelib.domain.values import DAY, MINUTE

if TYPE_CHECKING:
    from chalicelib.domain.connection import TemporaryBan
    from chalicelib.domain.instance import Instance

# A number that has been connected and may be again.
USED = frozenset({Lifecycle.ACTIVE, Lifecycle.COOLDOWN})

_PROVIDER, _ENGINE = "provider", "engine"
_LONGEST_BAN = 90 * DAY
_LONGEST_BACK_OFF = DAY
# A rest for a number's health counts as the next in a row when the last rest ended so short a while ago.
_IN_A_ROW = DAY
# WhatsApp's number for "blocked by many".
_BLOCKED_BY_MANY = 102


def resting(instance: Instance, cooldown: Cooldown, actor: str, now: int, **figures: int) -> Instance:
    """The instance at rest; a rest that was over and not written down yet is written down first."""
    instance = cooldown_over(instance, actor, now)
    if instance.cooldown:
        cooldown = replace(cooldown, level=max(cooldown.level, instance.cooldown.level))
    cooled = replace(instance, lifecycle=Lifecycle.COOLDOWN, cooldown=cooldown)
    facts = {"reason": cooldown.reason, "until": cooldown.until, **figures}
    return cooled.noting(JournalType.COOLDOWN_ENTERED, now, actor, **facts)


def rested(instance: Instance, actor: str, now: int) -> Instance:
    """The instance whose rest is over: it comes back slowly, unless the rest was only a back-off."""
    rest = instance.cooldown
    active = replace(instance, lifecycle=Lifecycle.ACTIVE, cooldown=None)
    if rest is None or rest.reason == THROTTLED:
        return active.noting(JournalType.COOLDOWN_LEFT, now, actor)
    ended, level = min(now, rest.until), rest.level or _level_before(instance, now)
    active = replace(active, rested=Rested(ended, level))
    return active.noting(JournalType.COOLDOWN_LEFT, now, actor, ramp_until=ended + RAMP_LASTS)


def cooldown_over(instance: Instance, actor: str, now: int) -> Instance:
    """The instance whose rest has come to its end by itself; the same object while it lasts."""
    if instance.lifecycle is not Lifecycle.COOLDOWN or instance.is_cooling(now):
        return instance
    return rested(instance, actor, now)


def looked_after(instance: Instance, actor: str, now: int) -> Instance:
    """The instance after whatever was due: the end of a rest, a rest for its health, the end of its way back.

    Doing so twice changes nothing more: a rest is entered once for the same signs.
    """
    instance = cooldown_over(instance, actor, now)
    if instance.lifecycle not in USED or instance.is_cooling(now):
        return instance
    return _back(_cooled_by_health(instance, actor, now), actor, now)


def banned_for_a_while(instance: Instance, ban: TemporaryBan, told_at: int, now: int) -> Instance:
    """The instance at rest until a temporary ban ends; the same object when that is known already, or over.

    Args:
        instance: The number.
        ban: What WhatsApp said.
        told_at: When we were told, ms: the ban lasts from then on, whenever it is written down.
        now: When, ms.
    """
    mark = f"{ban.code}:{ban.lasts}"
    until = told_at + min(ban.lasts, _LONGEST_BAN)
    if instance.lifecycle not in USED or until <= now:
        return instance
    if instance.cooldown and (instance.cooldown.mark == mark or instance.cooldown.until >= until):
        return instance
    if ban.code == _BLOCKED_BY_MANY:
        instance = instance.showing(Sign.BLOCKS, told_at)
    return resting(instance, Cooldown(now, until, f"TEMPORARY_BAN_{ban.code}", mark), _PROVIDER, now)


def throttled(instance: Instance, asked: int | None, now: int) -> Instance:
    """The instance that backs off because WhatsApp asked it to, and takes note.

    Args:
        instance: The number.
        asked: For how long WhatsApp asked, ms; ``None`` when it did not say: a minute, and twice as long each time
            within an hour.
        now: When, ms.
    """
    instance = instance.showing(Sign.THROTTLES, now)
    if instance.lifecycle not in USED:
        return instance
    doubled = MINUTE << len(instance.signals.of(Sign.THROTTLES, now)) - 1
    until = now + min(max(asked or doubled, 0), _LONGEST_BACK_OFF)
    if not instance.is_cooling(now):
        return resting(instance, Cooldown(now, until, THROTTLED), _ENGINE, now)
    longer = [rest for rest in [instance.cooldown] if rest and rest.until < until]
    return replace(instance, cooldown=replace(longer[0], until=until)) if longer else instance


def _cooled_by_health(instance: Instance, actor: str, now: int) -> Instance:
    """The instance sent to rest by signs that are newer than its last rest; the same object without such signs."""
    due = instance.health(now).rest
    if due is None:
        return instance
    level = 1 + _level_before(instance, now)
    reason = BY_HEALTH + due.threshold.measure
    rest = Cooldown(now, now + cooldown_length(level), reason, str(due.at), level)
    return resting(instance, rest, actor, now, value=due.value, limit=due.threshold.limit)


def _level_before(instance: Instance, now: int) -> int:
    before = instance.rested
    return before.level if before and now <= before.at + _IN_A_ROW else 0


def _back(instance: Instance, actor: str, now: int) -> Instance:
    """The instance whose way back is over, once; the same object otherwise."""
    before = instance.rested
    if instance.is_cooling(now) or not before or not before.ramping or now < before.at + RAMP_LASTS:
        return instance
    return replace(instance, rested=replace(before, ramping=False)).noting(JournalType.RAMP_ENDED, now, actor)
