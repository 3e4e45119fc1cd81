"""What a run left behind, wherever it was left: in answers, in the table, in the queues and on the phone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.attempt import VANISHED
from chalicelib.domain.timeline import EventType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.timeline import Event

_PROVIDER = "provider"
_NEW_GENERATION = frozenset({EventType.RETRIED, EventType.RESEND_AUTHORISED})
_ENDS_ATTEMPT = frozenset({EventType.ATTEMPT_FAILED, EventType.UNCONFIRMED, EventType.SENT, EventType.FAILED})


@dataclass(frozen=True, slots=True)
class Post:
    """A message that was handed in, and the answer to it.

    Attributes:
        key: Its idempotency key, with its place in the request.
        text: What it says.
        status: The HTTP status of the answer.
        intent_id: The intent that the answer names; ``None`` when it was refused.
    """

    key: str
    text: str
    status: int
    intent_id: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """A send as it reached the phone; ``status`` is ``None`` when the phone hung up instead of answering."""

    at: int
    intent_id: str
    generation: int
    status: int | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as its receiver sees it; ``copies`` counts the sends that were accepted under its id."""

    intent_id: str
    generation: int
    instance_id: str
    copies: int


@dataclass(frozen=True, slots=True)
class Depth:
    """About how many messages a queue holds."""

    visible: int
    in_flight: int
    delayed: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A number that was paused: when that was written, when the API said PAUSED, when it was resumed (ms)."""

    instance_id: str
    written: int
    paused: int
    resumed: int


@dataclass(frozen=True, slots=True)
class Crash:
    """Workers of a function that were killed at an instant (ms)."""

    at: int
    function: str
    workers: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claim of an intent and what ended it; ``ended`` is ``None`` while nothing has.

    Attributes:
        claimed: When it was claimed, ms.
        lease_until: When it counts as lost, ms.
        token: Its fencing token.
        instance_id: The number of the approval that it carries out.
        generation: The logical send that it belongs to.
        ended: The event that ended it.
    """

    claimed: int
    lease_until: int
    token: str
    instance_id: str
    generation: int
    ended: Event | None = None

    @property
    def vanished(self) -> bool:
        """Whether its worker never came back: nobody knows how it ended, or only a receipt told."""
        ended = self.ended
        return ended is not None and (ended.data.get("detail") == VANISHED.detail or ended.actor == _PROVIDER)

    def covers(self, call: Call) -> bool:
        """Whether a call was made under it."""
        began = self.generation == call.generation and self.claimed <= call.at
        return began and (self.ended is None or call.at <= self.ended.at)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it.

    Attributes:
        posts: Every message handed in, with its answer.
        intents: What the table holds of the organization, by id: the events of each replayed.
        items: The headers as they are stored, by id.
        shown: What the API lists, by id.
        said: What the API shows as the text of those whose key was posted more than once, by id.
        calls: The sends that reached the phone, in order.
        arrivals: What receivers see.
        queues: Every queue by its name.
        dead: The bodies in the dead-letter queues.
        policy: The pace of every number.
        stops: The pauses of the run.
        crashes: The crashes of the run.
        taken: When all of this was read, ms.
        backlog: How many orders were visible on the execution queue, and when (ms).
        complete: Whether the phone remembers every request.
    """

    posts: tuple[Post, ...]
    intents: Mapping[str, Intent]
    items: Mapping[str, Mapping[str, Any]]
    shown: Mapping[str, Mapping[str, Any]]
    said: Mapping[str, str]
    calls: tuple[Call, ...]
    arrivals: tuple[Arrival, ...]
    queues: Mapping[str, Depth]
    dead: tuple[Mapping[str, Any], ...]
    policy: Policy
    taken: int
    stops: tuple[Stop, ...] = ()
    crashes: tuple[Crash, ...] = ()
    backlog: tuple[tuple[int, int], ...] = ()
    complete: bool = True
    _calls_of: dict[str, list[Call]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The ids of all answers that accepted a message, each once."""
        return tuple(dict.fromkeys(post.intent_id for post in self.posts if post.intent_id))

    def unqueued(self, since: int, until: int) -> int:
        """For how long of a time nothing was visible on the execution queue, or nobody looked, ms."""
        ends = [at for at, _ in self.backlog[1:]]
        behind = (
            max(0, min(end, until) - max(at, since))
            for (at, visible), end in zip(self.backlog, ends, strict=False)
            if visible
        )
        return until - since - sum(behind)

    def calls_of(self, intent_id: str) -> list[Call]:
        """The sends of one intent, in order."""
        if not self._calls_of:
            for call in self.calls:
                self._calls_of.setdefault(call.intent_id, []).append(call)
        return self._calls_of.get(intent_id, [])

    def attempt_of(self, call: Call) -> Attempt | None:
        """The attempt under which a send was made."""
        return next((one for one in attempts_of(self.intents[call.intent_id]) if one.covers(call)), None)

    def calls_by_number(self) -> dict[str, list[Call]]:
        """The sends by the number that they left from, in order."""
        found: dict[str, list[Call]] = {}
        for call in self.calls:
            if under := self.attempt_of(call):
                found.setdefault(under.instance_id, []).append(call)
        return found


def by_key(posts: Iterable[Post]) -> dict[str, list[Post]]:
    """The posts of every key."""
    keys: dict[str, list[Post]] = {}
    for post in posts:
        keys.setdefault(post.key, []).append(post)
    return keys


def attempts_of(intent: Intent) -> tuple[Attempt, ...]:
    """Every claim of an intent, in order."""
    found: list[Attempt] = []
    instance_id, generation = "", 0
    for event in intent.timeline:
        if event.type is EventType.APPROVED:
            instance_id = event.data["instance_id"]
        generation += event.type in _NEW_GENERATION
        if event.type is EventType.CLAIMED:
            lease_until, token = event.data["lease_until"], event.data["token"]
            found.append(Attempt(event.at, lease_until, token, instance_id, generation))
        elif event.type in _ENDS_ATTEMPT and found and found[-1].ended is None:
            found[-1] = replace(found[-1], ended=event)
    return tuple(found)


def followed(intent: Intent, taken: int) -> Iterator[tuple[Event, int]]:
    """Each event that moved an intent on, with when the next one did, at the latest when all was read (ms)."""
    receipts = {EventType.DELIVERED, EventType.READ}
    moves = [event for event in intent.timeline if event.type not in receipts]
    instants = [*(event.at for event in moves[1:]), taken]
    yield from zip(moves, instants, strict=True)
