"""The Gate: decides if, when and through which number an intent may leave, and says why.

Pure and total: everything it looks at is an argument, and every input has an answer. ``standing`` holds the rules that
stop a number whatever the time, ``timing`` those that move a slot, ``choice`` weighs the numbers that are left, and
``deciding`` asks them in order; ``lines`` tells for how many of those who wait there is room.
"""

from chalicelib.domain.gate.deciding import decide, interval_after
from chalicelib.domain.gate.drafts import Drafts
from chalicelib.domain.gate.lines import room

__all__ = ["Drafts", "decide", "interval_after", "room"]
