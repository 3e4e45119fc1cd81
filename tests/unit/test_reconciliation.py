"""The reconciliation after a long run: it finds nothing where nothing is wrong, and each wrong where it was put."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.intent import Intent, fold
from chalicelib.domain.listing import status_class
from chalicelib.domain.policy import Policy
from chalicelib.domain.timeline import Event, EventType
from chalicelib.domain.values import HOUR, MINUTE, SECOND
from tests.contract.samples import INSTANCE, TOKEN, an_id, pending
from tests.e2e.reconciliation import reconciled, table
from tests.e2e.reconciliation.evidence import Arrival, Call, Depth, Evidence, Post, Stop
from tests.e2e.reconciliation.sending import busiest
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = Policy(per_minute=4, per_hour=100, per_day=1_000, min_interval=1_000, max_interval=1_000)
COUNT, APART = 4, 5 * SECOND
FIRST, SECOND_ONE, LAST = an_id("int", 1), an_id("int", 2), an_id("int", COUNT)
ANOTHER_NUMBER = an_id("ins", 9)
TEXT = "Seu pedido saiu"


def sent(number: int) -> Intent:
    """A message that left in its slot, the slots five seconds apart, and arrived."""
    at = NOON + number * APART
    approved = {"instance_id": INSTANCE, "not_before": at, "not_after": at + 2 * MINUTE, "trace": [["", "OK", {}]]}
    intent = pending(number, at=at).record(EventType.APPROVED, at, "gate", **approved)
    intent = intent.record(EventType.CLAIMED, at + 10, "engine", token=f"{TOKEN}{number}", lease_until=at + MINUTE)
    intent = intent.record(EventType.SENT, at + 300, "engine", provider_id="wire")
    return intent.record(EventType.DELIVERED, at + 500, "provider", provider_at=at + 400)


def left(intent: Intent, generation: int = 0) -> Call:
    """The call that the phone saw of it."""
    return Call(intent.created_at + 50, intent.id, generation, 200)


def evidence() -> Evidence:
    """A few messages, handed in, sent and read up on; nothing is wrong."""
    intents = [sent(number) for number in range(1, COUNT + 1)]
    posts = [Post(f"key-{one.id}", TEXT, 202, one.id) for one in intents]
    return seen(
        Evidence(
            posts=(*posts, Post(f"key-{FIRST}", TEXT, 202, FIRST), Post(f"key-{FIRST}", "outra coisa", 422, None)),
            intents={one.id: one for one in intents},
            items={},
            shown={},
            said={FIRST: TEXT},
            calls=tuple(map(left, intents)),
            arrivals=tuple(Arrival(one.id, 0, INSTANCE, 1) for one in intents),
            queues={"ExecutionQueue": Depth(0, 0, 0)},
            dead=(),
            policy=POLICY,
            taken=NOON + 5 * MINUTE,
        )
    )


def seen(found: Evidence) -> Evidence:
    """The same, with the table and the API saying what the intents are."""
    items = {one.id: {"v": one.version, "st": status_class(one.status)} for one in found.intents.values()}
    shown = {one.id: _row(one) for one in found.intents.values()}
    return replace(found, items=items, shown=shown)


def _row(one: Intent) -> dict[str, Any]:
    names = ("status", "reason", "attempts", "delivery", "version", "instance_id")
    return {name: getattr(one, name) for name in names}


def retold(found: Evidence, intent_id: str, *events: tuple[int, EventType, dict[str, Any]]) -> Evidence:
    """The same with another end of one story: events (ms after it was accepted) behind its approval."""
    told = found.intents[intent_id]
    begun, at = told.timeline[:2], told.created_at
    more = [Event(3 + n, at + after, kind, "engine", data) for n, (after, kind, data) in enumerate(events)]
    changed = fold(Intent(told.id, told.organization_id, told.request), [*begun, *more])
    return seen(replace(found, intents={**found.intents, intent_id: changed}))


def claimed(after: int, token: str = TOKEN) -> tuple[int, EventType, dict[str, Any]]:
    """A claim whose lease ends a minute later."""
    return after, EventType.CLAIMED, {"token": token, "lease_until": NOON + APART + after + MINUTE}


def called(found: Evidence, *calls: tuple[int, int | None]) -> Evidence:
    """The same with other calls of the first message: when (ms after it was accepted), and their status."""
    at = found.intents[FIRST].created_at
    others = [call for call in found.calls if call.intent_id != FIRST]
    mine = [Call(at + after, FIRST, 0, status) for after, status in calls]
    return replace(found, calls=tuple(sorted([*mine, *others], key=lambda call: call.at)))


def unknown(after: int, detail: str = "the worker vanished") -> tuple[int, EventType, dict[str, Any]]:
    """An attempt whose end nobody knows."""
    return after, EventType.UNCONFIRMED, {"detail": detail, "look_at": NOON}


SENT: tuple[EventType, dict[str, Any]] = (EventType.SENT, {"provider_id": "wire"})
LATER = MINUTE + 10 * SECOND


def repeated(found: Evidence, answer: int | None, detail: str, after: int = 300) -> Evidence:
    """The first message, sent twice: the first outcome unknown ``after`` some ms, the second acknowledged."""
    told = retold(found, FIRST, claimed(10), unknown(after, detail), claimed(LATER + 10, "b"), (LATER + 300, *SENT))
    return called(told, (50, answer), (LATER + 50, 200))


def paused(found: Evidence, written: int, done: int) -> Evidence:
    """The same with its number paused: instants in ms after the last message was accepted."""
    at = found.intents[LAST].created_at
    return replace(found, stops=(Stop(INSTANCE, at + written, at + done, at + MINUTE),))


def test_where_nothing_is_wrong_nothing_is_found() -> None:
    """A proof that cries wolf is soon not looked at any more."""
    findings = reconciled(evidence())
    assert [one.promise for one in findings] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P12"]
    assert [(one.promise, one.broken) for one in findings if one.broken] == []
    assert "BROKEN" not in table(findings)


def test_what_the_rules_allow_is_no_wrong() -> None:
    """A repeat of what nobody knows of, and a call under way when a pause is written, would be taken for mistakes."""
    vanished = repeated(evidence(), 200, "the worker vanished", LATER)
    for fine in (vanished, repeated(evidence(), 500, "HTTP 500: timed out"), repeated(evidence(), None, "hung up")):
        assert not [one.broken for one in reconciled(fine) if one.broken]
    behind = replace(called(retold(evidence(), FIRST)), backlog=((NOON, 7), (NOON + 3 * MINUTE, 0)))
    assert not [one.broken for one in reconciled(behind) if one.promise == "P3" and one.broken]
    assert not [one.broken for one in reconciled(paused(evidence(), 40, 4_000)) if one.broken]


WRONGS: dict[str, tuple[str, Callable[[Evidence], Evidence]]] = {
    "an answer without a message": (
        "P1",
        lambda found: replace(found, posts=(*found.posts, Post("k", TEXT, 202, an_id("int", 77)))),
    ),
    "a message without an answer": (
        "P1",
        lambda found: replace(found, posts=tuple(post for post in found.posts if post.intent_id != SECOND_ONE)),
    ),
    "two messages of one key": (
        "P2",
        lambda found: replace(found, posts=(*found.posts, Post(f"key-{FIRST}", TEXT, 202, SECOND_ONE))),
    ),
    "another body accepted": (
        "P2",
        lambda found: replace(found, posts=(*found.posts, Post(f"key-{FIRST}", "outra", 202, FIRST))),
    ),
    "another body refused otherwise": (
        "P2",
        lambda found: replace(found, posts=(*found.posts, Post(f"key-{FIRST}", "outra", 400, None))),
    ),
    "the text of a post that lost": ("P2", lambda found: replace(found, said={FIRST: "outra coisa"})),
    "an approval that lay unused": ("P3", lambda found: called(retold(found, FIRST))),
    "an approval that lay unused after others had left the queue": (
        "P3",
        lambda found: replace(called(retold(found, FIRST)), backlog=((NOON, 7), (NOON + MINUTE, 0), (NOON + HOUR, 0))),
    ),
    "a decision without a reason": (
        "P4",
        lambda found: called(retold(found, FIRST, (20, EventType.QUEUED, {"reason": None, "until": NOON}))),
    ),
    "an approval upon an approval": (
        "P4",
        lambda found: called(
            retold(found, FIRST, (20, EventType.APPROVED, dict(found.intents[FIRST].timeline[1].data)))
        ),
    ),
    "more slots than a minute may hold": ("P5", lambda found: replace(found, policy=replace(POLICY, per_minute=3))),
    "calls too close to each other": (
        "P5",
        lambda found: replace(found, policy=replace(POLICY, min_interval=6_000, max_interval=6_000)),
    ),
    "a call before its claim": ("P6", lambda found: called(found, (5, 200))),
    "a call after its attempt": ("P6", lambda found: called(found, (310, 200))),
    "a call of another generation": (
        "P6",
        lambda found: replace(found, calls=(left(found.intents[FIRST], 1), *found.calls[1:])),
    ),
    "a number that was never asked": (
        "P6",
        lambda found: replace(found, arrivals=(Arrival(FIRST, 0, ANOTHER_NUMBER, 1), *found.arrivals[1:])),
    ),
    "a call long after a pause": ("P6", lambda found: paused(found, -1_500, 4_000)),
    "a call after PAUSED": ("P6", lambda found: paused(found, -200, 20)),
    "a log that forgot": ("P6", lambda found: replace(found, complete=False)),
    "two calls under one claim": ("P7", lambda found: called(found, (50, None), (150, 200))),
    "again after an acknowledgement": ("P7", lambda found: repeated(found, 200, "HTTP 200: cannot be read")),
    "again after it was sent": (
        "P7",
        lambda found: called(
            retold(found, FIRST, claimed(10), (100, *SENT), claimed(200, "b"), (300, *SENT)), (50, 200), (250, 200)
        ),
    ),
    "seen twice by its receiver": ("P7", lambda found: replace(found, arrivals=(found.arrivals[0], *found.arrivals))),
    "sent and nowhere on the phone": ("P7", lambda found: replace(found, arrivals=found.arrivals[1:])),
    "one token for two claims": (
        "P8",
        lambda found: called(
            retold(found, FIRST, claimed(10), unknown(100), claimed(200), (300, *SENT)), (50, None), (250, 200)
        ),
    ),
    "two live claims": (
        "P8",
        lambda found: called(retold(found, FIRST, claimed(10), claimed(200, "b"), (300, *SENT)), (250, 200)),
    ),
    "two calls in flight from one number": (
        "P8",
        lambda found: retold(found, FIRST, claimed(10), (APART + 100, *SENT)),
    ),
    "a lease that nobody missed": (
        "P9",
        lambda found: retold(found, FIRST, claimed(10), unknown(5 * MINUTE), (5 * MINUTE + 1, *SENT)),
    ),
    "an outcome that stays unknown": ("P9", lambda found: retold(found, FIRST, claimed(10), unknown(LATER))),
    "a gap in the versions": (
        "P10",
        lambda found: replace(
            found,
            intents={
                **found.intents,
                FIRST: replace(found.intents[FIRST], timeline=found.intents[FIRST].timeline[:-2]),
            },
        ),
    ),
    "time that goes back": (
        "P10",
        lambda found: retold(
            found, FIRST, claimed(10), (300, *SENT), (200, EventType.DELIVERED, {"provider_at": NOON})
        ),
    ),
    "stored as another version": (
        "P10",
        lambda found: replace(found, items={**found.items, FIRST: {"v": 9, "st": "SENT"}}),
    ),
    "indexed as something else": (
        "P10",
        lambda found: replace(found, items={**found.items, FIRST: {"v": 5, "st": "IN_FLIGHT"}}),
    ),
    "an alarm for what has ended": (
        "P10",
        lambda found: replace(found, items={**found.items, FIRST: {**found.items[FIRST], "wake_pk": "WAKE#0"}}),
    ),
    "shown as something else": (
        "P10",
        lambda found: replace(found, shown={**found.shown, FIRST: {**found.shown[FIRST], "attempts": 2}}),
    ),
    "not shown at all": ("P10", lambda found: replace(found, shown={SECOND_ONE: found.shown[SECOND_ONE]})),
    "ended twice": (
        "P10",
        lambda found: retold(found, FIRST, claimed(10), (300, *SENT), (400, EventType.FAILED, {"reason": "TRANSIENT"})),
    ),
    "one receipt twice": (
        "P10",
        lambda found: retold(
            found,
            FIRST,
            claimed(10),
            (300, *SENT),
            (400, EventType.DELIVERED, {"provider_at": NOON}),
            (500, EventType.DELIVERED, {"provider_at": NOON}),
        ),
    ),
    "fewer than were accepted": (
        "P12",
        lambda found: replace(found, intents={name: one for name, one in found.intents.items() if name != SECOND_ONE}),
    ),
    "listed and not stored": ("P12", lambda found: replace(found, shown={**found.shown, an_id("int", 77): {}})),
    "a dead letter that still has to leave": (
        "P12",
        lambda found: replace(called(retold(found, FIRST)), dead=({"v": 1, "intent_id": FIRST, "approval": 1},)),
    ),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_wrong_is_found(wrong: str) -> None:
    """A promise could break in a long run, and the run would still say that it holds."""
    promise, spoil = WRONGS[wrong]
    found = spoil(evidence())
    if promise in {"P1", "P12"}:  # calls of what is not known do not count
        found = replace(found, calls=tuple(call for call in found.calls if call.intent_id in found.intents))
        found = replace(found, arrivals=tuple(one for one in found.arrivals if one.intent_id in found.intents))
    findings = reconciled(found)
    assert promise in {one.promise for one in findings if one.broken}, table(findings)
    assert f"{promise:>4}  BROKEN" in table(findings)


def test_a_window_counts_those_before_its_end() -> None:
    """One too many at the edge of a minute would not be noticed."""
    assert busiest([0, 59_999, 60_000, 60_001], MINUTE) == 3
    assert busiest([], MINUTE) == 0
