"""What one number has reserved: the counters that make every limit exact under any concurrency.

Everything that leaves is counted, and what is no reply is counted once more: the share of each window that is left to
replies cannot be used by anything else, and replies that are many can still use the whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.values import HOUR, MINUTE, SECOND
from chalicelib.domain.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.limits import Limits

# How far ahead a slot may be handed out: the queue itself delays the message until then.
HORIZON = 2 * MINUTE
# Clocks of two deciders may differ by so much.
_SKEW = 5 * SECOND
# So much later slots may be counted already: replies overtake, and what was given back is handed out anew.
_AHEAD = HORIZON + _SKEW


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a minute, an hour and a day."""

    minute: Window
    hour: Window
    day: Window

    def __iter__(self) -> Iterator[Window]:
        """The three, shortest first."""
        yield self.minute
        yield self.hour
        yield self.day

    def add(self, at: int) -> Windows:
        """With one more slot at ``at`` (ms)."""
        return Windows(self.minute.add(at), self.hour.add(at), self.day.add(at))

    def remove(self, at: int) -> Windows:
        """Without one slot at ``at`` (ms)."""
        return Windows(self.minute.remove(at), self.hour.remove(at), self.day.remove(at))


def _window(size: int, buckets: int) -> Window:
    return Window(size, buckets, -(-_AHEAD // size))


DAY_OF_HOURS = _window(HOUR, 24)
EMPTY = Windows(_window(SECOND, 60), _window(MINUTE, 60), DAY_OF_HOURS)


@dataclass(frozen=True, slots=True)
class Usage:
    """Everything reserved on one number, or on an organization as far as its plan limits it.

    Attributes:
        instance_id: Whose usage this is: a number's id, or an organization's.
        next_slot: Earliest instant of the next slot, ms.
        next_reply: The same for a reply.
        everything: What was reserved.
        paced: What of it is no reply.
        new_contacts: What of it went to people never written to from here.
        version: Stored version this was read at; 0 when nothing is stored yet.
    """

    instance_id: str
    next_slot: int = 0
    next_reply: int = 0
    everything: Windows = EMPTY
    paced: Windows = EMPTY
    new_contacts: Window = DAY_OF_HOURS
    version: int = 0

    def begins(self, now: int, *, reply: bool) -> int:
        """Earliest instant (ms) that the pace allows."""
        return max(now, self.next_reply if reply else self.next_slot)

    def free_at(self, at: int, limits: Limits, *, reply: bool = False) -> int:
        """Earliest instant (ms) from ``at`` on at which the pace and every window have room."""
        at = self.begins(at, reply=reply)
        while (moved := max(self._each_free_at(at, limits, reply=reply))) > at:
            at = moved
        return at

    def _each_free_at(self, at: int, limits: Limits, *, reply: bool) -> Iterator[int]:
        whole = (limits.minute, limits.hour, limits.day)
        yield from (window.free_at(at, limit) for window, limit in zip(self.everything, whole, strict=True))
        if not reply:
            part = (limits.paced_minute, limits.paced_hour, limits.paced_day)
            yield from (window.free_at(at, limit) for window, limit in zip(self.paced, part, strict=True))

    def reserve(self, at: int, interval: int, *, reply: bool = False, new_contact: bool = False) -> Usage:
        """The usage with the slot at ``at`` (ms) taken and the next of its kind ``interval`` ms later."""
        return replace(
            self._counting(at, reply=reply, new_contact=new_contact),
            next_slot=self.next_slot if reply else at + interval,
            next_reply=at + interval if reply else self.next_reply,
        )

    def reserve_apart(self, at: int, *, reply: bool = False, new_contact: bool = False) -> Usage:
        """The usage with a slot at ``at`` (ms) taken out of turn: nobody whose slot comes earlier waits behind it."""
        return self._counting(at, reply=reply, new_contact=new_contact)

    def _counting(self, at: int, *, reply: bool, new_contact: bool) -> Usage:
        return replace(
            self,
            everything=self.everything.add(at),
            paced=self.paced if reply else self.paced.add(at),
            new_contacts=self.new_contacts.add(at) if new_contact else self.new_contacts,
        )

    def give_back(self, at: int, *, reply: bool = False, new_contact: bool = False) -> Usage:
        """The usage without the slot at ``at`` (ms); the pace returns to it when nothing was reserved after it."""
        paced = self.paced if reply else self.paced.remove(at)
        last = not reply and paced.minute.empty_from(at)
        return replace(
            self,
            next_slot=min(self.next_slot, at) if last else self.next_slot,
            everything=self.everything.remove(at),
            paced=paced,
            new_contacts=self.new_contacts.remove(at) if new_contact else self.new_contacts,
        )
