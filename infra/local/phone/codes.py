"""The codes a waiting session shows: one after the other, each for its time, until none is left."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import segno

# What people can type without mistaking one letter for another.
_LETTERS = "123456789ABCDEFGHJKLMNPQRSTVWXYZ"


@dataclass(slots=True)
class Cycle:
    """The codes of one session from its connect to its end.

    Attributes:
        number: Which code is shown, from 1.
        content: What the picture says; nobody can guess it.
        ends: When the code runs out, on the monotonic clock.
        linking: What may be typed instead, "" until it was asked for.
    """

    user_id: str
    number: int = 1
    content: str = ""
    linking: str = ""
    ends: float = 0.0
    timer: threading.Timer | None = None

    @property
    def picture(self) -> str:
        """The code as a PNG in a ``data:`` URI."""
        return _picture(self.content)


class Codes:
    """The cycles of all waiting sessions.

    Args:
        lasts: Seconds that each code is shown.
        shown: Told the cycle with every new code; drawing the picture is left until somebody wants it.
        ran_out: Told the user's bridge id when the last code has run out.
    """

    def __init__(
        self, lasts: tuple[float, ...], shown: Callable[[Cycle], None], ran_out: Callable[[str], None]
    ) -> None:
        self._lasts = lasts
        self._shown = shown
        self._ran_out = ran_out
        self._lock = threading.Lock()
        self._cycles: dict[str, Cycle] = {}

    def begin(self, user_id: str) -> None:
        """Shows a session's first code."""
        self.end(user_id)
        cycle = Cycle(user_id, content=_content())
        with self._lock:
            self._cycles[user_id] = cycle
            self._wind(cycle)
        self._shown(cycle)

    def end(self, user_id: str) -> None:
        """Shows no code any more."""
        with self._lock:
            cycle = self._cycles.pop(user_id, None)
        if cycle and cycle.timer:
            cycle.timer.cancel()

    def run_out(self, user_id: str) -> None:
        """Lets the last code run out now."""
        self.end(user_id)
        self._ran_out(user_id)

    def close(self) -> None:
        """Ends every cycle."""
        for user_id in list(self._cycles):
            self.end(user_id)

    def current(self, user_id: str) -> Cycle | None:
        """Returns what a session shows now."""
        with self._lock:
            return self._cycles.get(user_id)

    def seconds_left(self, user_id: str) -> float:
        """Returns how long the shown code lasts yet."""
        cycle = self.current(user_id)
        return max(0.0, cycle.ends - time.monotonic()) if cycle else 0.0

    def linking_code(self, user_id: str) -> str:
        """Returns the code to type, the same one while the cycle lasts; "" when none is shown."""
        with self._lock:
            cycle = self._cycles.get(user_id)
            if cycle is None:
                return ""
            letters = cycle.linking or "".join(secrets.choice(_LETTERS) for _ in range(8))
            cycle.linking = letters
        return f"{letters[:4]}-{letters[4:]}"

    def _wind(self, cycle: Cycle) -> None:
        cycle.ends = time.monotonic() + self._lasts[cycle.number - 1]
        cycle.timer = threading.Timer(self._lasts[cycle.number - 1], self._next, [cycle])
        cycle.timer.daemon = True
        cycle.timer.start()

    def _next(self, cycle: Cycle) -> None:
        with self._lock:
            if self._cycles.get(cycle.user_id) is not cycle:
                return
            if cycle.number == len(self._lasts):
                del self._cycles[cycle.user_id]
                out = True
            else:
                cycle.number, cycle.content, out = cycle.number + 1, _content(), False
                self._wind(cycle)
        if out:
            self._ran_out(cycle.user_id)
        else:
            self._shown(cycle)


def _content() -> str:
    return "2@" + ",".join(secrets.token_urlsafe(size) for size in (48, 32, 32, 32))


@lru_cache(maxsize=64)
def _picture(content: str) -> str:
    return segno.make(content, micro=False).png_data_uri(scale=4, border=4)
