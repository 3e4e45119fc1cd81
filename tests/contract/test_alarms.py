"""Alarms: whatever else is lost, an unfinished intent is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.domain.values import DAY, MINUTE
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store

ANOTHER = samples.an_id("ins", 2)


def due(store: Store, now: int) -> list[str]:
    """Ids due in any shard."""
    return [name for shard in range(store.alarms.shards) for name in store.alarms.due(shard, now, 100)]


def test_an_intent_is_due_from_its_instant_on(store: Store) -> None:
    """A deferred message would be decided too early, or never."""
    intent = samples.deferred(until=NOON)
    store.intents.create(intent)
    assert due(store, NOON - 1) == []
    assert due(store, NOON) == [intent.id]
    assert due(store, NOON + DAY) == [intent.id]


def test_every_due_intent_is_in_exactly_one_shard(store: Store) -> None:
    """Some messages would wait for ever, others be worked on twice a minute."""
    intents = [samples.deferred(number, NOON) for number in range(40)]
    for intent in intents:
        store.intents.create(intent)
    assert sorted(due(store, NOON)) == sorted(intent.id for intent in intents)


def test_the_oldest_alarm_comes_first(store: Store) -> None:
    """Under load those who have waited longest would wait on."""
    instants = {}
    for number in range(30):
        intent = samples.deferred(number, NOON - (number * 7 % 30) * 1_000)
        instants[intent.id] = intent.until or 0
        store.intents.create(intent)
    for shard in range(store.alarms.shards):
        names = list(store.alarms.due(shard, NOON, 100))
        assert names == sorted(names, key=instants.__getitem__)
        assert list(store.alarms.due(shard, NOON, 2)) == names[:2]


def test_finished_and_parked_intents_are_not_due(store: Store) -> None:
    """A sweep would drown in messages that need nothing."""
    for intent in (samples.sent(1), samples.failed(2), samples.parked(3)):
        store.intents.create(intent)
    assert due(store, NOON + DAY) == []


def test_an_alarm_follows_its_intent(store: Store) -> None:
    """A sent message would be looked at for ever, a re-armed one at once."""
    before = samples.approved()
    store.intents.create(before)
    store.intents.rearm(before, NOON + 5 * MINUTE)
    assert due(store, NOON + 5 * MINUTE - 1) == []
    assert due(store, NOON + 5 * MINUTE) == [before.id]
    store.intents.save(samples.sending(), before.version)
    store.intents.save(samples.sent(), samples.sending().version)
    assert due(store, NOON + DAY) == []


def test_parked_intents_wait_in_order_of_arrival(store: Store) -> None:
    """When a number returns, those who asked last would be served first."""
    intents = [samples.parked(number, at=NOON + number) for number in (3, 1, 2)]
    for intent in intents:
        store.intents.create(intent)
    store.intents.create(samples.parked(4, subject=ANOTHER))
    expected = [samples.an_id("int", number) for number in (1, 2, 3)]
    assert list(store.alarms.parked(samples.INSTANCE)) == expected
    assert list(store.alarms.parked(ANOTHER)) == [samples.an_id("int", 4)]
    assert list(store.alarms.parked(samples.ORGANIZATION)) == []


def test_places_are_known_once_touched(store: Store) -> None:
    """Messages parked on a number would stay there after it came back."""
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON)
    store.alarms.touch_place(samples.ORGANIZATION, ANOTHER, NOON)
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON + 5)
    expected = {
        ParkingPlace(samples.INSTANCE, samples.ORGANIZATION, NOON + 5),
        ParkingPlace(ANOTHER, samples.ORGANIZATION, NOON),
    }
    assert set(store.alarms.places()) == expected
    assert len(list(store.alarms.places())) == 2


def test_an_empty_place_is_forgotten(store: Store) -> None:
    """The sweep would look at every number that ever had trouble, every minute, for ever."""
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON)
    [place] = store.alarms.places()
    store.alarms.forget_place(place)
    assert list(store.alarms.places()) == []
    store.alarms.forget_place(place)


def test_a_place_touched_since_is_kept(store: Store) -> None:
    """A message parked while the sweep was looking would be left behind."""
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON)
    [seen] = store.alarms.places()
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON + 1)
    store.alarms.forget_place(seen)
    assert [place.touched_at for place in store.alarms.places()] == [NOON + 1]
