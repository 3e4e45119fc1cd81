"""What people did about messages, seen by everything that reads timelines: lists, durations, batches, what-if."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.instances.health import HealthWatch
from chalicelib.domain.attempt import claim, settle
from chalicelib.domain.contact import Contact
from chalicelib.domain.health import RECEIPT_PATIENCE
from chalicelib.domain.intervention import Resolution, cancel, resolve, retry
from chalicelib.domain.listing import REASONS, IntentFilter, send_lag
from chalicelib.domain.outcome import Failing, FailureClass, NotSent, Sent, Unknown
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Reason
from chalicelib.domain.whatif.recorded import recorded
from chalicelib.entrypoints.web.views.durations import DECIDING, DOUBT, WHATSAPP, durations
from chalicelib.entrypoints.web.views.timeline import steps
from tests.fakes.clock import NOON
from tests.fakes.intervening import ACTOR, BY, interventions
from tests.fakes.many import hand_in, statuses, wishes
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.views import an_intent
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent

REFUSED = NotSent(FailureClass.RECIPIENT_INVALID, "no")
BLOCKED = {"reason": Reason.OPTED_OUT, "trace": []}


def attempted(intent: Intent, outcome: Sent | NotSent | Unknown, at: int) -> Intent:
    """Approved and tried at an instant, with an outcome a second later."""
    slot = {"instance_id": "ins_1", "not_before": at, "not_after": at + MINUTE}
    running = claim(intent.record(EventType.APPROVED, at, "gate", **slot), "t", at + MINUTE, at)
    return settle(running, "t", outcome, at + SECOND)


def retried(intent: Intent, at: int) -> Intent:
    """Retried by somebody."""
    return retry(intent, ACTOR, "the cause is gone", at + DAY, at)


def test_time_after_the_end_belongs_to_no_phase() -> None:
    """A message that failed on Friday and was retried on Monday did not take a weekend to be sent."""
    failed = attempted(an_intent(), REFUSED, NOON)
    sent = attempted(retried(failed, NOON + 3 * DAY), Sent("wire"), NOON + 3 * DAY + MINUTE)
    assert durations(sent.timeline, NOON + 9 * DAY).phases == {WHATSAPP: 2 * SECOND, DECIDING: MINUTE}
    assert durations(failed.timeline, NOON + 9 * DAY).phases == {WHATSAPP: SECOND}


def test_doubt_lasts_until_somebody_ends_it() -> None:
    """How long nobody knew is what the operator who resolves it is asked afterwards."""
    unknown = attempted(an_intent(), Unknown("timeout"), NOON)
    anew = resolve(unknown, Resolution.RESEND, ACTOR, "urgent", NOON + HOUR)
    spent = durations(attempted(anew, Sent("wire"), NOON + HOUR).timeline, NOON + DAY)
    assert spent.phases == {WHATSAPP: 2 * SECOND, DOUBT: HOUR - SECOND}


def test_attempts_are_numbered_anew() -> None:
    """The page must say "attempt 1 of the second send" as the counter does, not a third number."""
    failed = attempted(an_intent(), REFUSED, NOON)
    sent = attempted(retried(failed, NOON + HOUR), Sent("wire"), NOON + HOUR)
    assert [step.attempt for step in steps(sent.timeline) if step.event.type is EventType.CLAIMED] == [1, 1]
    assert sent.attempts == 1


def test_what_somebody_says_tells_nothing_of_speed() -> None:
    """An operator who resolves a message after lunch must not make the numbers look an hour slow."""
    unknown = attempted(an_intent(), Unknown("timeout"), NOON)
    assert send_lag(resolve(unknown, Resolution.SENT, ACTOR, "she has it", NOON + HOUR)) is None
    assert send_lag(attempted(retried(attempted(an_intent(), REFUSED, NOON), NOON + HOUR), Sent("w"), NOON + HOUR)) == (
        SECOND
    )


def test_what_somebody_says_tells_nothing_of_a_numbers_health() -> None:
    """Doubtful messages that an operator closed as sent have no receipts: they must not slow their number down."""
    world = World()
    doubtful, plain = world.submit(draft("one")), world.submit(draft("two"))
    world.provider.answers = [Unknown("timeout")]
    world.work()
    interventions(world).resolve(ORGANIZATION, doubtful.id, Resolution.SENT, BY)
    assert {world.now(one).status for one in (doubtful, plain)} == {Status.SENT}
    world.clock.advance(RECEIPT_PATIENCE / SECOND)
    sample = HealthWatch(world.intents, world.clock).sample(world.instance())
    assert sample is not None
    assert (sample.sent, sample.delivered) == (1, 0)


def test_lists_find_what_people_ended() -> None:
    """Whoever looks for what was cancelled, given up or not sent must be able to ask for it."""
    unknown = attempted(an_intent(), Unknown("timeout"), NOON)
    for intent in (
        cancel(an_intent(), ACTOR, "wrong text", NOON),
        resolve(unknown, Resolution.NOT_SENT, ACTOR, "she said so", NOON),
    ):
        assert intent.reason in REASONS
        assert IntentFilter(reason=intent.reason).matches(intent)
    assert set(Failing) < set(REASONS)


def test_what_if_waits_for_whoever_retried_a_refusal() -> None:
    """Opted out on Monday, opted in again and retried on Tuesday: no policy would have let it leave on Monday."""
    person = Contact("con_1", ORGANIZATION)
    refused = an_intent().record(EventType.BLOCKED, NOON, "gate", **BLOCKED)
    assert recorded(refused, person, NOON + 9 * DAY).refused is Reason.OPTED_OUT
    again = retried(refused, NOON + DAY)
    sent = attempted(again, Sent("wire"), NOON + DAY)
    for intent in (again, sent):
        found = recorded(intent, person, NOON + 9 * DAY)
        assert (found.refused, found.held_by, found.ready_at) == (None, Reason.OPTED_OUT, NOON + DAY)
    twice = again.record(EventType.BLOCKED, NOON + 2 * DAY, "gate", **BLOCKED)
    assert recorded(twice, person, NOON + 9 * DAY).refused is Reason.OPTED_OUT


def test_what_if_looks_at_the_first_send_of_what_failed_later() -> None:
    """When the provider failed is no matter of policy: the message counts when it could first have left."""
    failed = attempted(an_intent(), REFUSED, NOON)
    found = recorded(retried(failed, NOON + DAY), Contact("con_1", ORGANIZATION), NOON + 9 * DAY)
    assert (found.refused, found.held_by, found.ready_at) == (None, None, NOON)


def test_a_batch_counts_what_became_of_its_messages_after_all() -> None:
    """A batch's page must not go on saying "failed" of what was retried, nor ask the Gate about it for ever."""
    world = World()
    batch = hand_in(world, wishes(3)).batch
    world.provider.answers = [REFUSED]
    world.work()
    failed = next(one for one in world.intents.stored.values() if one.status is Status.FAILED)
    interventions(world).retry(ORGANIZATION, failed.id, BY)
    counts = world.batches.page(ORGANIZATION, batch.id, None, 10).counts
    assert counts == {Status.SENT: 2, Status.APPROVED: 1}
    interventions(world).cancel(ORGANIZATION, failed.id, BY)
    assert statuses(world) == {Status.SENT: 2, Status.DROPPED: 1}
    assert world.batches.page(ORGANIZATION, batch.id, None, 10).counts == statuses(world)


def test_a_retry_whose_decision_was_lost_has_an_alarm_of_its_own() -> None:
    """The batch's alarm is over by then: without one of its own, nobody would ever look at the message again."""
    world = World()
    hand_in(world, wishes(30))
    world.answer()
    one = next(iter(world.intents.stored.values()))
    world.provider.answers = [REFUSED]
    world.work()
    failed = next(two for two in world.intents.stored.values() if two.status is Status.FAILED)
    pending = retried(failed, world.clock.now())
    world.intents.save(pending, failed.version)
    assert pending.batch_id == one.batch_id
    world.clock.advance(2)
    world.sweep()
    assert world.now(failed).status is Status.APPROVED


def test_the_expiry_of_a_retry_stays_where_everybody_reads_it() -> None:
    """The Gate and the sweep look at the request: an expiry that only the timeline knew would drop the retry."""
    failed = attempted(an_intent(expires_at=NOON + HOUR), REFUSED, NOON)
    again = retried(failed, NOON + DAY)
    assert (again.request, again.expired(NOON + DAY)) == (replace(failed.request, expires_at=NOON + 2 * DAY), False)
