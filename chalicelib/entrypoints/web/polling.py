"""How soon the page that connects a number asks again: often while a code is shown, never more than a budget."""

from __future__ import annotations

# So many polls at so many seconds, then from the beginning: any five minutes have 55 polls at the most, whatever is
# clicked meanwhile, as long as the count goes on.
PACE = ((15, 3), (20, 4), (18, 10))
SLOW = 10
_CYCLE = sum(count for count, _ in PACE)


def poll_after(count: int, *, showing: bool) -> int:
    """Seconds until the next poll.

    Args:
        count: How many polls there were before.
        showing: Whether somebody is about to scan: only then is it worth to be quick.
    """
    left = count % _CYCLE
    for polls, seconds in PACE:
        if left < polls:
            return seconds if showing else SLOW
        left -= polls
    return SLOW
