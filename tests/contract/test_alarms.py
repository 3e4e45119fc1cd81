"""Alarms: whatever else is lost, an unfinished intent is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.adapters.dynamodb.alarms import DynamoAlarms
from chalicelib.application.ports.alarms import ParkingPlace
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.values import DAY, MINUTE
from tests.contract import samples
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item, Table
    from tests.contract.conftest import Store

ANOTHER = samples.an_id("ins", 2)
LINE = line_of(samples.INSTANCE, Line.CAMPAIGN)


def due(store: Store, now: int) -> list[str]:
    """Ids due in any shard."""
    return [name for shard in range(store.alarms.shards) for name in store.alarms.due(shard, now)]


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
        names = list(store.alarms.due(shard, NOON))
        assert names == sorted(names, key=instants.__getitem__)


def test_every_due_intent_is_found_however_many_there_are(store: Store) -> None:
    """Of ten thousand messages scheduled for nine all but the first hundreds would wait for the next minutes."""
    intents = [samples.deferred(number, NOON) for number in range(450)]
    for intent in intents:
        store.intents.create(intent)
    assert sorted(due(store, NOON)) == sorted(intent.id for intent in intents)


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
    expected = [(NOON + number, samples.an_id("int", number)) for number in (1, 2, 3)]
    assert list(store.alarms.parked(samples.INSTANCE)) == expected
    assert list(store.alarms.parked(ANOTHER)) == [(NOON, samples.an_id("int", 4))]
    assert list(store.alarms.parked(samples.ORGANIZATION)) == []


def test_those_behind_one_of_them_are_found(store: Store) -> None:
    """Each minute the sweep would read thousands anew to reach those it has not looked at yet."""
    for number in (1, 2, 3, 4):
        store.intents.create(samples.parked(number, at=NOON + number // 3))
    everybody = list(store.alarms.parked(samples.INSTANCE))
    assert [list(store.alarms.parked(samples.INSTANCE, one)) for one in everybody] == [
        everybody[place:] for place in (1, 2, 3, 4)
    ]


def test_a_place_knows_whom_the_sweep_looked_at_last(store: Store) -> None:
    """Who has expired behind many others would never be told so, or the place be written over by a look at it."""
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON)
    [place] = store.alarms.places()
    last = (NOON + 3, samples.an_id("int", 3))
    store.alarms.look_place(place, last)
    [looked] = store.alarms.places()
    assert looked == ParkingPlace(samples.INSTANCE, samples.ORGANIZATION, NOON, looked_to=last)
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON + 1)
    store.alarms.look_place(looked, last)
    assert list(store.alarms.places()) == [ParkingPlace(samples.INSTANCE, samples.ORGANIZATION, NOON + 1)]
    [touched] = store.alarms.places()
    store.alarms.look_place(touched, last)
    store.alarms.look_place(touched, None)
    assert list(store.alarms.places()) == [touched]


def test_a_line_is_another_place_than_its_number(store: Store) -> None:
    """Whoever waits for room would be let go when the number returns, ahead of the line."""
    store.intents.create(samples.parked(1, subject=LINE))
    assert [name for _, name in store.alarms.parked(LINE)] == [samples.an_id("int", 1)]
    assert list(store.alarms.parked(samples.INSTANCE)) == []


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
    assert set(store.alarms.places_of(samples.ORGANIZATION)) == expected


def test_places_are_an_organizations_own(store: Store) -> None:
    """A resume would wake a competitor's messages, or show that there are any."""
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON)
    store.alarms.touch_place(samples.ANOTHER_ORGANIZATION, ANOTHER, NOON)
    assert [place.name for place in store.alarms.places_of(samples.ORGANIZATION)] == [samples.INSTANCE]
    assert len(list(store.alarms.places())) == 2


def test_the_view_shows_the_lines_in_which_somebody_waits(store: Store) -> None:
    """Newcomers would overtake those who wait for room, or go on waiting behind nobody."""
    store.directory.put_organization(samples.organization())
    store.alarms.touch_place(samples.ORGANIZATION, samples.INSTANCE, NOON)
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON)
    assert store.views.load(samples.ORGANIZATION).lines == {LINE: NOON}
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON + 5)
    assert store.views.load(samples.ORGANIZATION).lines == {LINE: NOON + 5}
    [line] = [place for place in store.alarms.places_of(samples.ORGANIZATION) if place.name == LINE]
    store.alarms.empty_place(line, NOON + 9)
    assert store.views.load(samples.ORGANIZATION).lines == {}


def test_an_empty_place_is_still_known(store: Store) -> None:
    """A message that the index showed a moment too late would be left behind."""
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON)
    [place] = store.alarms.places()
    store.alarms.empty_place(place, NOON + 7)
    expected = ParkingPlace(LINE, samples.ORGANIZATION, NOON + 7, waiting=False)
    assert list(store.alarms.places()) == [expected]
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON + 8)
    assert [place.waiting for place in store.alarms.places()] == [True]


def test_a_place_written_since_is_not_emptied(store: Store) -> None:
    """Newcomers would overtake whoever joined the line while it was looked at."""
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON)
    [seen] = store.alarms.places()
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON + 1)
    store.alarms.empty_place(seen, NOON + 2)
    assert [(place.changed_at, place.waiting) for place in store.alarms.places()] == [(NOON + 1, True)]


def test_a_forgotten_place_is_not_emptied(store: Store) -> None:
    """Two ticks at once would bring a place back that nobody waits in, and it would be looked at for ever."""
    store.alarms.touch_place(samples.ORGANIZATION, LINE, NOON)
    [seen] = store.alarms.places()
    store.alarms.forget_place(seen)
    store.alarms.empty_place(seen, NOON + 2)
    assert list(store.alarms.places()) == []


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
    assert [place.changed_at for place in store.alarms.places()] == [NOON + 1]


def test_a_place_of_an_older_version_moves_to_its_organization(table: Table) -> None:
    """Whoever waits when a new version is deployed would wait until they expire."""
    item: Item = {"pk": f"PLACE#{samples.INSTANCE}", "sk": "PLACE", "place_org": samples.ORGANIZATION, "touched": NOON}
    table.put(item | {"wake_pk": "PLACES", "wake_sk": samples.INSTANCE})
    alarms = DynamoAlarms(table)
    moved = ParkingPlace(samples.INSTANCE, samples.ORGANIZATION, NOON)
    assert list(alarms.places()) == [moved]
    assert list(alarms.places()) == list(alarms.places_of(samples.ORGANIZATION)) == [moved]
    assert table.get(f"PLACE#{samples.INSTANCE}", "PLACE") is None
