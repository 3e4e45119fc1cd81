"""What left: at the policy's pace, under a live approval, once (P5-P9)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from tests.e2e.reconciliation.evidence import attempts_of, followed
from tests.e2e.reconciliation.finding import finding
from tests.e2e.reconciliation.keeping import RECOVERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.intent import Intent
    from tests.e2e.reconciliation.evidence import Attempt, Call, Evidence, Stop
    from tests.e2e.reconciliation.finding import Finding

OK = 200
# A call starts at most this long after a pause was written.
PAUSE_SEEN = 1 * SECOND
# A call is noted when the phone has read it: a busy machine takes a moment longer for one than for the next.
TRANSIT = 250
# Where the slot begins of an approval, of a retry, of a repeat.
_SLOT_BEGINS = ("not_before", "retry_at", "look_at")
_TAKEN_BACK = frozenset({EventType.QUEUED, EventType.DROPPED, EventType.FAILED})
_SURELY_NOT = frozenset({EventType.ATTEMPT_FAILED, EventType.UNCONFIRMED})


def paced(evidence: Evidence) -> Finding:
    """P5: no window of a number holds more than its limit, neither of slots nor of calls; calls keep their distance."""
    policy = evidence.policy
    slots, calls = (
        _slots_by_number(evidence),
        {number: [call.at for call in made] for number, made in evidence.calls_by_number().items()},
    )
    limits = {"minute": (MINUTE, policy.per_minute), "hour": (HOUR, policy.per_hour), "day": (DAY, policy.per_day)}
    gaps = {number: min((b - a for a, b in pairwise(made)), default=DAY) for number, made in calls.items()}

    def broken() -> Iterator[str]:
        for what, instants, blur in (("slots", slots, 0), ("calls", calls, TRANSIT)):
            for name, (span, limit) in limits.items():
                for number, made in instants.items():
                    if busiest(made, span - blur) > limit:
                        yield f"{number}: {busiest(made, span - blur)} {what} in a {name} that may hold {limit}"
        for number, gap in gaps.items():
            if gap < policy.min_interval - TRANSIT:
                yield f"{number}: two calls {gap} ms apart, {policy.min_interval} wanted"

    return finding(
        "P5",
        broken(),
        numbers=len(calls),
        busiest_minute_slots=_most(slots, MINUTE),
        busiest_minute_calls=_most(calls, MINUTE),
        of=policy.per_minute,
        shortest_gap_ms=min(gaps.values(), default=0),
        wanted_ms=policy.min_interval,
    )


def _slots_by_number(evidence: Evidence) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for intent in evidence.intents.values():
        for number, slot in _slots_of(intent, evidence.calls_of(intent.id)):
            found.setdefault(number, []).append(slot)
    return {number: sorted(slots) for number, slots in found.items()}


def _slots_of(intent: Intent, calls: Sequence[Call]) -> Iterator[tuple[str, int]]:
    """The slots that were used or are held still; one that was given back unused may have been handed out anew."""
    attempts = iter(attempts_of(intent))
    number, slot, used = "", 0, False
    for event in intent.timeline:
        given = "not_after" in event.data
        if event.type is EventType.CLAIMED:
            attempt = next(attempts)
            used = used or any(attempt.covers(call) for call in calls)
        elif given or event.type in _TAKEN_BACK:
            if used:
                yield number, slot
            number = str(event.data.get("instance_id", number))
            slot, used = max(int(event.data.get(name, 0)) for name in _SLOT_BEGINS) if given else 0, False
    if slot:
        yield number, slot


def busiest(instants: Sequence[int], span: int) -> int:
    """The most of these instants, in order, that any ``span`` ms hold."""
    return max((bisect_left(instants, at + span) - index for index, at in enumerate(instants)), default=0)


def _most(by_number: Mapping[str, Sequence[int]], span: int) -> int:
    return max((busiest(instants, span) for instants in by_number.values()), default=0)


def approved(evidence: Evidence) -> Finding:
    """P6: every call was made under a live claim; none starts 1 s after a pause was written, none after PAUSED."""

    def broken() -> Iterator[str]:
        if not evidence.complete:
            yield "the phone has forgotten its first requests"
        for call in evidence.calls:
            if evidence.attempt_of(call) is None:
                yield f"{call.intent_id}: a call at {call.at} under no claim"
        for one in evidence.arrivals:
            if one.instance_id not in evidence.intents[one.intent_id].carriers:
                yield f"{one.intent_id} left from {one.instance_id}, which it was never approved for"
        by_number = evidence.calls_by_number()
        for stop in evidence.stops:
            yield from _after_pause(stop, by_number.get(stop.instance_id, []))

    pauses = [stop.paused - stop.written for stop in evidence.stops]
    last = [_last_before_resume(evidence, stop) for stop in evidence.stops]
    return finding(
        "P6", broken(), calls=len(evidence.calls), pauses=len(pauses), paused_after_ms=pauses, last_call_after_ms=last
    )


def _after_pause(stop: Stop, calls: Sequence[Call]) -> Iterator[str]:
    for call in calls:
        after = call.at - stop.written
        if call.at < stop.resumed and (after > PAUSE_SEEN + TRANSIT or call.at > stop.paused):
            yield f"{call.intent_id}: a call {after} ms after its number's pause was written"


def _last_before_resume(evidence: Evidence, stop: Stop) -> int | None:
    """How long after (before: negative) a pause was written its number's last call before the resume came, ms."""
    calls = evidence.calls_by_number().get(stop.instance_id, [])
    return max((call.at - stop.written for call in calls if call.at < stop.resumed), default=None)


def sent_once(evidence: Evidence) -> Finding:
    """P7: one acknowledged send per intent and generation; another call only after ``not_sent`` or ``unknown``."""
    calls_each: Counter[int] = Counter()
    repeated = 0

    def broken() -> Iterator[str]:
        for intent in evidence.intents.values():
            yield from _called_again(intent, evidence.calls_of(intent.id))
        shown = Counter((one.intent_id, one.generation) for one in evidence.arrivals)
        yield from (f"{name}: its receiver sees it {count} times" for (name, _), count in shown.items() if count > 1)
        arrived = {one.intent_id for one in evidence.arrivals}
        for intent in evidence.intents.values():
            if intent.status is Status.SENT and intent.id not in arrived:
                yield f"{intent.id} is SENT and nowhere on the phone"

    for intent in evidence.intents.values():
        calls = evidence.calls_of(intent.id)
        calls_each[len(calls)] += 1
        repeated += sum(call.status == OK for call in calls) > 1
    return finding("P7", broken(), calls_per_intent=dict(calls_each), acknowledged_unheard_and_repeated=repeated)


def _called_again(intent: Intent, calls: Sequence[Call]) -> Iterator[str]:
    """Calls that followed another of the same generation without a reason, or after it was settled as sent."""
    attempts = attempts_of(intent)
    for one in attempts:
        under = [call for call in calls if one.covers(call)]
        if len(under) > 1:
            yield f"{intent.id}: {len(under)} calls under one claim"
    for earlier, later in pairwise(calls):
        if earlier.generation != later.generation:
            continue
        between = [event for event in intent.timeline if earlier.at <= event.at <= later.at]
        if not any(event.type in _SURELY_NOT for event in between):
            yield f"{intent.id}: called again with nothing known of the call before"
        if any(event.type is EventType.SENT for event in between):
            yield f"{intent.id}: called again after it was SENT"
        heard = next((one for one in attempts if one.covers(earlier)), None)
        if earlier.status == OK and heard and not heard.vanished:
            yield f"{intent.id}: called again after an acknowledgement"


def claimed_once(evidence: Evidence) -> Finding:
    """P8: one live claim per intent, each with a token of its own; one call in flight per number."""

    def broken() -> Iterator[str]:
        for intent in evidence.intents.values():
            yield from _claimed_on_top(intent)
        for number, calls in evidence.calls_by_number().items():
            yield from _side_by_side(number, [(call, evidence.attempt_of(call)) for call in calls])

    claims = [len(attempts_of(intent)) for intent in evidence.intents.values()]
    return finding("P8", broken(), claims=sum(claims), most_claims_of_one=max(claims, default=0))


def _claimed_on_top(intent: Intent) -> Iterator[str]:
    attempts = attempts_of(intent)
    if len({one.token for one in attempts}) < len(attempts):
        yield f"{intent.id}: two claims with one token"
    for earlier, later in pairwise(attempts):
        if earlier.ended is None or earlier.ended.at > later.claimed:
            yield f"{intent.id}: claimed while a claim was live"


def _side_by_side(number: str, calls: Sequence[tuple[Call, Attempt | None]]) -> Iterator[str]:
    """Calls that began while another one of the same number was in flight; nobody knows of one whose worker died."""
    for (_, under), (later, _) in pairwise(calls):
        if under and not under.vanished and (under.ended is None or under.ended.at > later.at):
            yield f"{number}: a call at {later.at} while another one was in flight"


def resolved(evidence: Evidence) -> Finding:
    """P9: every unknown outcome is visible soon after its lease, and resolved in the end."""
    attempts = [(intent, one) for intent in evidence.intents.values() for one in attempts_of(intent)]

    def broken() -> Iterator[str]:
        for intent, one in attempts:
            after = (one.ended.at if one.ended else evidence.taken) - one.lease_until
            if after > RECOVERY:
                yield f"{intent.id}: a lease had run out {after / SECOND:.0f} s before anybody saw it"
        for intent in evidence.intents.values():
            if intent.status in {Status.UNCONFIRMED, Status.SENDING}:
                yield f"{intent.id}: still {intent.status}"

    seen = [one.ended.at - one.lease_until for _, one in attempts if one.ended and one.vanished]
    unknown = [
        (event, next_at - event.at)
        for intent in evidence.intents.values()
        for event, next_at in followed(intent, evidence.taken)
        if event.type is EventType.UNCONFIRMED
    ]
    return finding(
        "P9",
        broken(),
        unknown=dict(Counter(str(event.data["detail"]) for event, _ in unknown)),
        latest_seen_after_lease_s=max(seen, default=0) / SECOND,
        longest_until_next_step_s=max((lasted for _, lasted in unknown), default=0) / SECOND,
    )
