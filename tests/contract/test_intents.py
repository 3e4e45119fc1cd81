"""Intents: nothing accepted is lost, nothing is overwritten by somebody who looked too early."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.alarm import Alarm
from chalicelib.domain.decision import Defer, decided
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.values import MINUTE, Reason
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store


STEPS = samples.STEPS | samples.INTERVENTIONS


@pytest.mark.parametrize("step", STEPS)
def test_an_intent_comes_back_as_it_was_stored(store: Store, step: str) -> None:
    """A field lost on the way would be a message sent twice, to the wrong person, or never."""
    intent = STEPS[step]()
    assert store.intents.create(intent) is None
    assert store.intents.get(intent.id) == intent


def test_every_field_of_a_request_comes_back(store: Store) -> None:
    """A schedule, a pinned number or the client's own id would be forgotten."""
    plain = samples.pending()
    request = replace(plain.request, instance_id=samples.INSTANCE, send_at=NOON + MINUTE, external_id='pedido "7" ção')
    intent = replace(plain, request=request)
    store.intents.create(intent)
    assert store.intents.get(intent.id) == intent


def test_the_second_creator_gets_the_first_intent(store: Store) -> None:
    """A client that repeats a POST would have its message sent twice."""
    first, twin = samples.approved(), samples.with_another_body(samples.pending())
    assert store.intents.create(first) is None
    assert store.intents.create(twin) == first
    assert store.intents.get(first.id) == first


def test_a_saved_state_replaces_the_one_it_was_derived_from(store: Store) -> None:
    """A message that left would still be shown, and treated, as waiting."""
    before, after = samples.approved(), samples.sending()
    store.intents.create(before)
    store.intents.save(after, before.version)
    assert store.intents.get(before.id) == after


def test_a_version_conflict_writes_nothing(store: Store) -> None:
    """Of two workers both would believe that they may send."""
    store.intents.create(samples.sent())
    with pytest.raises(VersionConflict):
        store.intents.save(samples.unconfirmed(), samples.sending().version)
    assert store.intents.get(samples.sent().id) == samples.sent()


def test_an_unknown_intent_cannot_be_saved(store: Store) -> None:
    """An intent that expired out of the table would come back as a ghost."""
    with pytest.raises(VersionConflict):
        store.intents.save(samples.sending(), samples.approved().version)
    assert store.intents.get(samples.sending().id) is None


def test_rearming_moves_the_alarm_and_nothing_else(store: Store) -> None:
    """The sweep would publish the same approval every minute, for ever."""
    intent = samples.approved()
    store.intents.create(intent)
    store.intents.rearm(intent, NOON + 5 * MINUTE)
    assert store.intents.get(intent.id) == replace(intent, alarm=Alarm(due=NOON + 5 * MINUTE))


def test_rearming_moves_the_end_of_a_deferral(store: Store) -> None:
    """Whoever asks would be told of an end that is long over."""
    first, later = (Defer(Reason.RECIPIENT_COOLDOWN, NOON + minutes * MINUTE, None, ()) for minutes in (1, 5))
    waiting = decided(samples.pending(1), first, NOON)
    store.intents.create(waiting)
    on = decided(waiting, later, NOON + MINUTE)
    assert (on.version, on.until) == (waiting.version, NOON + 5 * MINUTE)
    store.intents.rearm(on, NOON + 5 * MINUTE)
    assert store.intents.get(on.id) == on


def test_rearming_leaves_a_newer_version_alone(store: Store) -> None:
    """A sent message would be woken, or a running attempt undone, by a sweep that looked a moment earlier."""
    old, new = samples.approved(), samples.sending()
    store.intents.create(old)
    store.intents.save(new, old.version)
    store.intents.rearm(old, NOON + 5 * MINUTE)
    assert store.intents.get(new.id) == new


def test_a_rearmed_intent_can_still_move_on(store: Store) -> None:
    """Every intent the sweep had looked at would be stuck."""
    before, after = samples.approved(), samples.sending()
    store.intents.create(before)
    store.intents.rearm(before, NOON + 5 * MINUTE)
    store.intents.save(after, before.version)
    assert store.intents.get(before.id) == after


def test_unknown_ids_are_nobody(store: Store) -> None:
    """A mistyped id would be a server error instead of a 404."""
    assert store.intents.get(samples.pending().id) is None
    assert store.intents.get_many([samples.pending().id]) == {}
    assert store.intents.get_many([]) == {}


def test_many_intents_are_read_at_once(store: Store) -> None:
    """A batch larger than one read would lose the rest of its messages."""
    intents = {intent.id: intent for intent in (samples.pending(number) for number in range(120))}
    for intent in intents.values():
        store.intents.create(intent)
    names = [*intents, *list(intents)[:3], samples.an_id("int", 9_999)]
    assert store.intents.get_many(names) == intents
