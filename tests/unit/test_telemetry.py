"""What Gate, engine and sweep tell CloudWatch."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.application.ports.provider import Receipt
from chalicelib.application.recovery import ALARMING_DOUBT, LONGEST_REARM
from chalicelib.domain.attempt import claim
from chalicelib.domain.connection import Connection
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import DAY, HOUR, MINUTE, Category
from chalicelib.domain.verdict import MAX_ATTEMPTS
from tests.fakes.many import hand_in, wishes
from tests.fakes.numbers import FAST
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.ports.journal import Labels


def decisions(world: World) -> dict[tuple[str, ...], int]:
    """How many decisions there were, by kind and reason."""
    observed = world.journal.observed
    return {_values(labels): sum(values) for (name, labels), values in observed.items() if name == "decisions"}


def _values(labels: Labels) -> tuple[str, ...]:
    return tuple(value for _, value in labels)


def test_every_recorded_decision_is_told_by_kind_and_reason() -> None:
    """Nobody would see that a whole morning's messages wait, or why."""
    world = World()
    world.submit()
    world.submit(replace(draft("buy"), category=Category.MARKETING))
    world.submit(replace(draft("later"), send_at=world.clock.now() + DAY))
    world.change_instance(Connection.DISCONNECTED)
    world.submit(draft("nobody there"))
    assert decisions(world) == {
        ("APPROVED", "NONE"): 1,
        ("BLOCKED", "NO_CONSENT"): 1,
        ("QUEUED", "SCHEDULED"): 1,
        ("QUEUED", "INSTANCE_DISCONNECTED"): 1,
    }


def test_what_is_decided_by_queue_is_told_too() -> None:
    """Of a campaign handed in with one request the figures would show nothing."""
    world = World()
    hand_in(world, wishes(30))
    assert decisions(world) == {}
    world.answer()
    assert decisions(world) == {("APPROVED", "NONE"): 30}


def test_a_drop_is_a_decision() -> None:
    """Messages that expire unsent are what a figure is needed for most."""
    world = World()
    world.submit(replace(draft(), send_at=world.clock.now() + HOUR, expires_at=world.clock.now() + 2 * HOUR))
    world.clock.advance(2 * HOUR / 1000)
    world.sweep()
    assert decisions(world) == {("QUEUED", "SCHEDULED"): 1, ("DROPPED", "EXPIRED"): 1}


def test_a_decision_that_somebody_else_recorded_first_is_not_told() -> None:
    """Two sweeps at once would show twice as many messages as there are."""
    world = World()
    intent = world.submit(replace(draft(), send_at=world.clock.now() + HOUR))
    world.clock.advance(HOUR / 1000)
    world.change_instance(Connection.CONNECTED)
    before = world.now(intent)
    assert world.gatekeeper.decide_again([before])
    assert world.gatekeeper.decide_again([before])
    assert decisions(world) == {("QUEUED", "SCHEDULED"): 1, ("APPROVED", "NONE"): 1}


def test_how_long_an_approval_waits_for_its_slot() -> None:
    """Whether a policy's pace holds messages back, and how far, would be seen by customers first."""
    world = World(replace(FAST, per_day=10_000, min_interval=4_000, max_interval=4_000))
    hand_in(world, wishes(3))
    assert world.journal.measured["slot_delay"] == [0, 4_000, 8_000]


def test_who_waits_on_in_a_line_was_told_nothing_new() -> None:
    """Each look at a line would count as hundreds of decisions, and hide the real ones."""
    world = World(replace(FAST, spacing=HOUR))
    world.submit(draft("first"))
    world.submit(draft("second"))
    told = dict(decisions(world))
    assert told[("QUEUED", "RECIPIENT_COOLDOWN")] == 1
    waiting = next(one for one in world.intents.stored.values() if one.status is Status.QUEUED)
    world.submit(draft("third"))
    world.gatekeeper.decide_again([world.now(waiting)])
    assert decisions(world)[("QUEUED", "RECIPIENT_COOLDOWN")] == 1 + 1


def test_what_could_not_be_published_is_told_by_queue() -> None:
    """A queue that takes nothing is found by the sweep every minute, and by nobody else."""
    world = World()
    world.queue.broken = True
    world.submit()
    world.queue.broken, world.gate_queue.broken = False, True
    hand_in(world, wishes(26))
    published = {
        _values(labels): values for (name, labels), values in world.journal.observed.items() if "publish" in name
    }
    assert published == {("execution",): [1], ("gate",): [26]}


TRANSIENT = NotSent(FailureClass.TRANSIENT, "come back later")


def test_a_retry_is_told_and_the_last_attempt_too() -> None:
    """A provider that fails half of the time would look like one that is slow."""
    world = World()
    world.provider.answers = [TRANSIENT] * MAX_ATTEMPTS
    intent = world.submit()
    for _ in range(2 * MAX_ATTEMPTS):
        world.work()
        world.clock.advance(20 * MINUTE / 1000)
        world.change_instance(Connection.CONNECTED)
        world.sweep()
    assert world.now(intent).status is Status.FAILED
    counts = world.journal.counts
    assert (counts["retries"], counts["retries_exhausted"]) == (MAX_ATTEMPTS - 1, 1)
    assert (counts["intent_failed"], counts["intent_sent"]) == (1, 0)


def test_what_an_open_circuit_holds_back_is_told() -> None:
    """A dead number would hold up a thousand messages, and the figures would show one failure."""
    world = World()
    world.provider.answers = [NotSent(FailureClass.INSTANCE_DOWN, "no session")]
    for text in ("first", "second", "third"):
        world.submit(draft(text))
    world.work()
    counts = world.journal.counts
    assert (counts["held_by_circuit"], counts["retries"], counts["intent_queued"]) == (2, 0, 3)


def test_how_long_a_doubt_lasted_is_told_when_it_is_over() -> None:
    """Whether doubts last seconds or hours decides what a policy should do about them."""
    world = World()
    world.provider.answers = [Unknown("no answer")]
    intent = world.submit()
    world.work()
    assert world.now(intent).status is Status.UNCONFIRMED
    assert world.journal.measured["doubt_lasted"] == []
    world.clock.advance(7)
    world.hear(Receipt(intent.id, "3EB0", Delivery.DELIVERED, world.clock.now()))
    assert world.now(intent).status is Status.SENT
    assert world.journal.measured["doubt_lasted"] == [7_000]
    world.hear(Receipt(intent.id, "3EB0", Delivery.READ, world.clock.now()))
    assert world.journal.measured["doubt_lasted"] == [7_000]


def test_every_provider_call_is_told_by_its_outcome_with_how_long_it_took() -> None:
    """A provider that slows down is seen hours before its messages fail; a slow failure must not hide among sends."""
    world = World()
    world.provider.answers = [Sent("1"), NotSent(FailureClass.RECIPIENT_INVALID, "nobody there"), Unknown("no answer")]
    send = world.provider.send
    world.provider.send = lambda *call: (world.clock.advance(0.25), send(*call))[1]  # type: ignore[method-assign, func-returns-value]
    for text in ("first", "second", "third"):
        world.submit(draft(text))
    world.work()
    told = {(name, *_values(labels)): values for (name, labels), values in world.journal.observed.items()}
    for outcome in ("SENT", "RECIPIENT_INVALID", "UNKNOWN"):
        assert told["outcomes", "whatsmeow", outcome] == [1]
        assert told["provider_latency", "whatsmeow", outcome] == [250]
    assert world.journal.counts["outcomes"] == 3


def test_how_late_the_engine_claims_is_told() -> None:
    """Too few workers show here first: messages leave later than the Gate said, and nothing fails."""
    world = World()
    world.submit()
    world.clock.advance(3)
    world.work()
    assert world.journal.measured["queue_wait"] == [3_000]


def test_a_lease_that_ran_out_is_told() -> None:
    """Workers that are killed in mid-send leave no error of their own."""
    world = World()
    intent = world.submit()
    now = world.clock.now()
    world.intents.save(claim(intent, "a worker", now + MINUTE, now), intent.version)
    world.clock.advance(2 * MINUTE / 1000)
    world.sweep()
    world.sweep()
    assert world.journal.counts["lease_expiries"] == 1


def test_the_age_of_a_doubt_is_told_again_and_again_until_it_is_over() -> None:
    """The alarm on 15 minutes would ring hours late, or fall silent while the message is still in doubt."""
    world = World()
    world.provider.answers = [Unknown("no answer")] * MAX_ATTEMPTS
    intent = world.submit(replace(draft(), expires_at=world.clock.now() + 3 * HOUR))
    for _ in range(200):
        world.work()
        world.clock.advance(MINUTE / 1000)
        world.change_instance(Connection.CONNECTED)
        world.sweep()
    held = [age for age in world.journal.measured["unconfirmed_age"] if age >= ALARMING_DOUBT]
    assert held[0] < ALARMING_DOUBT + 2 * MINUTE
    assert all(later - age <= LONGEST_REARM + MINUTE for age, later in pairwise(held))
    assert held[-1] >= 3 * HOUR
    assert world.now(intent).status is Status.FAILED
    assert world.journal.measured["doubt_lasted"] == held[-1:]
