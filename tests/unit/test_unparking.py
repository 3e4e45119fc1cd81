"""Lines and places: whoever waits leaves oldest first, as soon as there is room or what was waited for is back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.application.place_sweep import LAG, QUIET
from chalicelib.application.unparking import Unparking
from chalicelib.domain.connection import Connection, Observation
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.pause import Pause
from chalicelib.domain.quiet import QuietHours, QuietScope, QuietZone
from chalicelib.domain.status import Status
from chalicelib.domain.values import HOUR, MINUTE, SECOND, Purpose
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.store import FakeAlarms
from tests.fakes.waiting import ANYBODYS, MINE, THREE_AN_HOUR, Slow, left, wait_in
from tests.fakes.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def look(world: World, place: str) -> bool:
    """Have a place looked at, with all the time there is."""
    return world.unparking.look(ORGANIZATION, place, world.clock.monotonic() + 1_000)


def test_a_line_lets_out_as_many_as_there_is_room_for_oldest_first() -> None:
    """Who asked first would be served last, or a whole campaign would be decided again every minute."""
    world = World(policy=THREE_AN_HOUR)
    waiting = [wait_in(world, MINE, number) for number in (4, 1, 5, 2, 3)]
    world.sweep()
    assert left(world, waiting) == [False, True, False, True, True]
    assert [len(world.now(one).timeline) for one in waiting] == [2, 3, 2, 3, 3]
    world.work()
    world.provider.seen = Observation(Connection.CONNECTED)
    world.clock.advance((HOUR + 2 * MINUTE) / SECOND)
    world.sweep()
    assert all(left(world, waiting))


def test_any_number_and_one_number_take_turns() -> None:
    """A message for one number would overtake older ones for any, or never get its turn."""
    world = World(policy=THREE_AN_HOUR)
    waiting = [wait_in(world, place, number) for number, place in enumerate([ANYBODYS, MINE, MINE, ANYBODYS, MINE])]
    assert look(world, ANYBODYS)
    assert left(world, waiting) == [True, True, True, False, False]


def test_a_full_number_holds_up_nobody_who_waits_for_another() -> None:
    """One slow number at the head of the line would stop all others of its organization."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    world.organizations.put_instance(replace(world.instance(), policy=THREE_AN_HOUR))
    places = [MINE, line_of(SECOND_INSTANCE, Line.DISPATCH)]
    waiting = [wait_in(world, places[number % 2], number) for number in range(80)]
    assert look(world, MINE)
    assert sum(left(world, waiting[::2])) == 3
    assert all(left(world, waiting[1::2]))


def test_people_who_sleep_elsewhere_hold_up_nobody_who_is_awake() -> None:
    """Thirty customers abroad would stop a campaign for as many hours as their night begins or ends apart."""
    quiet = QuietHours(9 * 60, 4 * 60, QuietZone.RECIPIENT, QuietScope.ALL)
    world = World(policy=replace(FAST, quiet=quiet))
    place = line_of(INSTANCE, Line.CAMPAIGN)
    abroad = [wait_in(world, place, number, time_zone="Asia/Tokyo") for number in range(60)]
    here = wait_in(world, place, 60)
    assert look(world, place)
    assert left(world, [here, *abroad]) == [True] + [False] * 60
    assert {world.now(one).until is None for one in abroad} == {False}


def test_lines_are_served_in_their_order() -> None:
    """A campaign would take the room of answers to people who are waiting for one."""
    world = World(policy=THREE_AN_HOUR)
    lines = [Line.NEW_CONTACTS, Line.CAMPAIGN, Line.DISPATCH, Line.REPLIES]
    waiting = [
        wait_in(world, line_of(INSTANCE, line), number, Purpose.REPLY if line is Line.REPLIES else Purpose.DISPATCH)
        for number, line in enumerate(lines)
    ]
    assert look(world, line_of(INSTANCE, Line.NEW_CONTACTS))
    assert left(world, waiting) == [False, True, True, True]


def test_an_emptied_line_keeps_nobody_back() -> None:
    """Newcomers would wait for the next minute behind nobody."""
    world = World()
    waiting = wait_in(world, MINE, 1)
    assert set(world.organizations.load(ORGANIZATION).lines) == {MINE}
    assert look(world, MINE)
    assert left(world, [waiting]) == [True]
    assert not world.organizations.load(ORGANIZATION).lines


def test_a_line_with_somebody_in_it_is_not_called_empty() -> None:
    """Newcomers would overtake those who found no room."""
    world = World(policy=THREE_AN_HOUR)
    for number in range(4):
        wait_in(world, MINE, number)
    assert look(world, MINE)
    assert set(world.organizations.load(ORGANIZATION).lines) == {MINE}


def test_whoever_joined_while_a_place_was_emptied_is_seen_again() -> None:
    """A line that nobody knows of would be overtaken for ever."""
    world = World(policy=THREE_AN_HOUR)
    for number in range(4):
        wait_in(world, MINE, number)
    [place] = world.alarms.places()
    world.alarms.empty_place(place, world.clock.now())
    world.sweep()
    assert set(world.organizations.load(ORGANIZATION).lines) == {MINE}


def test_nobody_is_asked_about_while_the_organization_is_paused() -> None:
    """Each of ten thousand in line would be written down as paused, and leave the line's order."""
    world = World()
    waiting = wait_in(world, MINE, 1)
    organization = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(organization, paused=Pause("usr_1", "review", 0)))
    world.sweep()
    assert world.now(waiting) == waiting
    assert look(world, MINE)
    assert world.now(waiting) == waiting


def test_a_line_behind_a_number_that_never_returns_is_told_so() -> None:
    """Messages would wait for a banned number's next free slot until they expire."""
    world = World()
    waiting = wait_in(world, MINE, 1)
    world.organizations.put_instance(replace(world.instance(), lifecycle=Lifecycle.BANNED))
    world.sweep()
    assert (world.now(waiting).status, world.now(waiting).reason) == (Status.BLOCKED, "INSTANCE_BANNED")


def test_a_line_is_left_alone_while_its_number_is_away() -> None:
    """Every minute the head of each line would be asked about in vain."""
    world = World()
    wait_in(world, MINE, 1)
    world.change_instance(Connection.DISCONNECTED)
    world.place_sweep.run(world.clock.monotonic() + 30)
    assert world.gate_queue.asked == []


class Lagging(FakeAlarms):
    """An index that still shows in a place who has left it."""

    ghosts: Sequence[tuple[int, str]] = ()

    def parked(self, place: str, after: tuple[int, str] | None = None) -> Iterable[tuple[int, str]]:
        """Those who are there, and those who were."""
        return sorted([*super().parked(place, after), *self.ghosts])


def test_who_has_left_is_not_asked_about_again() -> None:
    """A message that is approved already, or waits for something else, would be decided by mistake."""
    world = World()
    alarms = Lagging(world.intents, world.organizations)
    unparking = Unparking(alarms, world.intents, world.organizations, world.gatekeeper, world.clock)
    gone = world.submit()
    here, elsewhere = wait_in(world, MINE, 1), wait_in(world, INSTANCE, 2)
    alarms.ghosts = [(elsewhere.created_at, elsewhere.id), (gone.created_at, gone.id)]
    assert unparking.look(ORGANIZATION, MINE, world.clock.monotonic() + 30)
    assert left(world, [here]) == [True]
    assert (world.now(elsewhere), world.now(gone)) == (elsewhere, gone)


def test_a_look_stops_when_its_time_is_over() -> None:
    """A function that is cut off in the middle would have its messages delivered again and again."""
    world = World()
    waiting = [wait_in(world, MINE, number) for number in range(100)]
    unparking = Unparking(world.alarms, Slow(world), world.organizations, world.gatekeeper, world.clock)
    assert not unparking.look(ORGANIZATION, MINE, world.clock.monotonic() + 2)
    assert left(world, waiting) == [True] * 50 + [False] * 50
    assert set(world.organizations.load(ORGANIZATION).lines) == {MINE}


def test_a_quiet_place_is_emptied_then_forgotten() -> None:
    """Places that nobody waits in would be looked at every minute for ever; one just joined might be overlooked."""
    world = World()
    world.alarms.touch_place(ORGANIZATION, INSTANCE, world.clock.now())
    seen = []
    for _ in range((LAG + QUIET) // MINUTE + 3):
        world.clock.advance(MINUTE / SECOND)
        world.place_sweep.run(world.clock.monotonic() + 30)
        seen.append([place.waiting for place in world.alarms.places()])
    assert seen == [[True], *[[False]] * 6, [], []]


def test_a_sweep_without_time_leaves_the_places_for_the_next() -> None:
    """A tick that is short of time would be cut off in the middle."""
    world = World()
    wait_in(world, MINE, 1)
    world.place_sweep.run(world.clock.monotonic())
    assert world.gate_queue.asked == []
    assert world.journal.notes == [("places postponed", {"count": 1})]


def test_one_broken_organization_does_not_keep_the_others_waiting() -> None:
    """Messages of everybody would wait because of one customer's damaged record."""
    world = World()
    waiting = wait_in(world, MINE, 1)
    world.alarms.touch_place("org_nobody", "org_nobody", world.clock.now())
    world.sweep()
    assert left(world, [waiting]) == [True]
    assert world.journal.notes[0][0] == "loading an organization failed"
