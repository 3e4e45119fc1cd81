"""What-if questions from being asked to being answered: through crashes, twins, failures and too much to read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.simulating import Budget, Simulating
from chalicelib.application.simulations import SimulationBook
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import InvalidInput, NotFound, TransitionRefused
from chalicelib.domain.instance import Lifecycle
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import CLOUD_API
from chalicelib.domain.values import HOUR, MINUTE, Reason
from chalicelib.domain.whatif.simulation import LIFETIME, TRIES, Failure, Simulation, SimulationStatus
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.together import FakeSimulations
from tests.fakes.views import an_intent
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.ports.gate_queue import Question
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.whatif.report import Comparison

HOURLY = Policy(per_minute=2, per_hour=2, per_day=1_000, min_interval=0, max_interval=0)
ASKER = "client key_1"


class WhatIf:
    """An organization that sent something, and the use cases of what-if over its fakes."""

    def __init__(self, *instances: str, most: int = 10_000) -> None:
        self.world = World(FAST, instances or (INSTANCE,))
        self.store = FakeSimulations()
        world = self.world
        self.book = SimulationBook(
            self.store, world.organizations, world.gate_queue, world.clock, world.ids, frozenset({"whatsmeow"})
        )
        self.simulating = Simulating(
            simulations=self.store,
            intents=world.intents,
            views=world.organizations,
            book=world.book,
            directory=world.organizations,
            queue=world.gate_queue,
            clock=world.clock,
            journal=world.journal,
            most=most,
        )

    def send(self, count: int) -> None:
        """Hand in messages to as many people, and let a moment pass."""
        for number in range(count):
            target = replace(draft().target, value=f"+55119876543{number:02}")
            self.world.submit(replace(draft(), target=target))
            self.world.clock.advance(1)

    def ask(self, policy: Policy = HOURLY, instance_id: str | None = None) -> Simulation:
        """Ask about the last day."""
        return self.book.ask(ORGANIZATION, ASKER, 24, policy, instance_id)

    def deliver(self, *, used: float = 0) -> list[Question]:
        """Deliver what is on the queue, ``used`` s into an invocation; returns what was delivered."""
        asked = self.world.gate_queue.take()
        began = self.world.clock.monotonic()
        self.world.clock.advance(used)
        assert self.simulating.go_on(asked, Budget(began, began + 50)) == []
        return asked

    def work(self) -> None:
        """Deliver until nothing is left."""
        while self.deliver():
            pass

    def answer(self, asked: Simulation) -> Comparison:
        """The answer."""
        found = self.book.one(ORGANIZATION, asked.id)
        assert (found.status, found.failure) == (SimulationStatus.DONE, None)
        assert found.result is not None
        return found.result


def test_a_question_is_answered_in_two_steps() -> None:
    """Nobody could find out what a limit would do before it does it."""
    what_if = WhatIf()
    what_if.send(5)
    asked = what_if.ask()
    assert what_if.book.one(ORGANIZATION, asked.id).status is SimulationStatus.PENDING
    what_if.deliver()
    half = what_if.book.one(ORGANIZATION, asked.id)
    assert (half.status, half.steps_done, half.intents, half.cut_off) == (SimulationStatus.RUNNING, 1, 5, False)
    what_if.deliver()
    result = what_if.answer(asked)
    assert (result.actual.at_once, result.proposed.at_once, result.proposed.waited) == (5, 2, 3)
    assert result.proposed.waits == {Reason.RATE_LIMIT: 3}
    assert result.proposed.numbers == {INSTANCE: 5}
    assert result.added.p95 > HOUR
    assert (result.stopped, result.freed) == (0, 0)
    assert what_if.world.gate_queue.asked == []


def test_nothing_but_the_answer_is_written() -> None:
    """Asking what would have been would change what is: slots reserved, people remembered, messages sent."""
    what_if = WhatIf()
    what_if.send(3)
    world = what_if.world
    before = (dict(world.intents.stored), dict(world.organizations.usages), dict(world.organizations.known))
    queued = list(world.queue.published)
    what_if.ask()
    what_if.work()
    assert (world.intents.stored, world.organizations.usages, world.organizations.known) == before
    assert world.queue.published == queued


def test_the_policy_of_the_time_is_the_one_that_held_then() -> None:
    """Whoever loosened the limits at noon would see the morning as if they had always been loose."""
    what_if = WhatIf()
    world = what_if.world
    tight = replace(HOURLY, per_minute=1, per_hour=1)
    world.organizations.put_organization(_organization(what_if).with_policy(tight, ASKER, world.clock.now()))
    world.clock.advance(2 * HOUR / 1000)
    world.change_instance(Connection.CONNECTED)
    what_if.send(3)
    world.organizations.put_organization(_organization(what_if).with_policy(FAST, ASKER, world.clock.now()))
    what_if.send(3)
    asked = what_if.ask(FAST)
    what_if.work()
    result = what_if.answer(asked)
    # The second and third wait until the change, and the fourth comes behind them.
    assert (result.actual.at_once, result.actual.waits) == (3, {Reason.RATE_LIMIT: 3})
    assert (result.proposed.at_once, result.proposed.waited) == (6, 0)


def test_a_policy_for_one_number_leaves_the_others_alone() -> None:
    """An operator tries a limit on one number and is told about all of them."""
    what_if = WhatIf(INSTANCE, SECOND_INSTANCE)
    what_if.send(6)
    asked = what_if.ask(HOURLY, INSTANCE)
    what_if.work()
    result = what_if.answer(asked)
    assert result.proposed.at_once == 6
    assert result.proposed.numbers[INSTANCE] <= HOURLY.per_hour
    assert result.proposed.numbers[SECOND_INSTANCE] >= 4


def test_the_newest_are_replayed_when_there_are_too_many() -> None:
    """Of a week with a million messages there would be no answer, or one that hides what it left out."""
    what_if = WhatIf(most=3)
    what_if.send(5)
    asked = what_if.ask()
    what_if.work()
    found = what_if.book.one(ORGANIZATION, asked.id)
    assert (found.intents, found.cut_off) == (3, True)
    assert what_if.answer(asked).proposed.intents == 3


def test_more_than_is_read_at_once_is_read_whole() -> None:
    """Of a busy day only the last half hour would be replayed, and nothing would say so."""
    what_if = WhatIf()
    world = what_if.world
    for number in range(1_201):
        one = an_intent(name=world.ids.new("int"))
        accepted = replace(one.timeline[0], at=world.clock.now() - number - 1)
        world.intents.create(replace(one, timeline=(accepted,)))
    asked = what_if.ask(FAST)
    what_if.work()
    found = what_if.book.one(ORGANIZATION, asked.id)
    assert (found.intents, found.cut_off) == (1_201, False)
    assert what_if.answer(asked).proposed.at_once == 1_201


def test_what_comes_between_the_steps_is_on_neither_side() -> None:
    """A message of the meantime would count as freed by the proposed policy."""
    what_if = WhatIf()
    what_if.send(2)
    asked = what_if.ask(FAST)
    what_if.deliver()
    late = what_if.world.submit()
    stored = what_if.world.intents.stored
    stored[late.id] = replace(late, timeline=(replace(late.timeline[0], at=asked.created_at - 1), *late.timeline[1:]))
    what_if.deliver()
    result = what_if.answer(asked)
    assert (result.actual.intents, result.proposed.intents, result.freed) == (2, 2, 0)


def test_a_second_delivery_does_nothing() -> None:
    """A queue that delivers twice would make every question cost double, or answer it with half of it."""
    what_if = WhatIf()
    what_if.send(2)
    asked = what_if.ask()
    [first] = what_if.world.gate_queue.asked
    what_if.work()
    answered = what_if.book.one(ORGANIZATION, asked.id)
    what_if.world.gate_queue.asked.append(first)
    what_if.work()
    assert what_if.book.one(ORGANIZATION, asked.id) == answered


def test_one_that_is_worked_on_is_left_alone_until_its_lease_is_over() -> None:
    """A crashed worker would leave its question unanswered for good, a slow one be doubled."""
    what_if = WhatIf()
    what_if.send(2)
    asked = what_if.ask()
    now = what_if.world.clock.now()
    crashed = asked.claimed(now, now + MINUTE)
    assert crashed is not None
    assert what_if.store.save(crashed)
    [message] = what_if.deliver()
    assert what_if.book.one(ORGANIZATION, asked.id) == crashed.stored()
    what_if.world.clock.advance(61)
    what_if.world.gate_queue.asked.append(message)
    what_if.work()
    assert what_if.answer(asked).proposed.intents == 2


def test_what_keeps_failing_is_given_up_with_a_reason() -> None:
    """A question about a damaged record would be begun again for ever, and its asker wait for ever."""
    what_if = WhatIf()
    what_if.send(1)
    [intent] = what_if.world.intents.stored.values()
    damaged = replace(intent, request=replace(intent.request, purpose="NONSENSE"))  # type: ignore[arg-type]
    what_if.world.intents.stored[intent.id] = damaged
    asked = what_if.ask()
    what_if.work()
    found = what_if.book.one(ORGANIZATION, asked.id)
    assert (found.status, found.failure, found.tries) == (SimulationStatus.FAILED, Failure.BROKEN, TRIES)
    assert [what for what, _ in what_if.world.journal.notes].count("replaying failed") == TRIES


def test_one_that_crashed_too_often_is_given_up() -> None:
    """A step that takes more time than there is would take the Gate's time again and again."""
    what_if = WhatIf()
    asked = what_if.ask()
    stuck = replace(asked, status=SimulationStatus.RUNNING, tries=TRIES)
    assert what_if.store.save(stuck)
    what_if.work()
    assert what_if.book.one(ORGANIZATION, asked.id).failure is Failure.BROKEN


def test_a_step_waits_for_an_invocation_with_enough_time() -> None:
    """It would be cut off halfway, and with it every decision of the same batch."""
    what_if = WhatIf()
    what_if.send(1)
    asked = what_if.ask()
    what_if.deliver(used=20)
    assert what_if.book.one(ORGANIZATION, asked.id).tries == 0
    what_if.work()
    assert what_if.answer(asked).actual.intents == 1


def test_a_step_whose_next_cannot_be_asked_for_comes_back() -> None:
    """The second half would never be done."""
    what_if = WhatIf()
    asked = what_if.ask()
    [message] = what_if.world.gate_queue.take()
    what_if.world.gate_queue.broken = True
    began = what_if.world.clock.monotonic()
    assert what_if.simulating.go_on([message], Budget(began, began + 50)) == [message.message_id]
    what_if.world.gate_queue.broken = False
    assert what_if.simulating.go_on([message], Budget(began, began + 50)) == []
    assert what_if.answer(asked).proposed.intents == 0


def test_only_one_question_is_open_at_a_time() -> None:
    """Impatient clicks would read the same week five times at the same moment."""
    what_if = WhatIf()
    first = what_if.ask()
    with pytest.raises(TransitionRefused):
        what_if.ask()
    what_if.work()
    assert what_if.ask().id != first.id
    what_if.world.clock.advance(LIFETIME / 1000)
    lost = what_if.book.newest(ORGANIZATION, 5)[0]
    assert (lost.status, lost.failure) == (SimulationStatus.FAILED, Failure.TOO_LONG)
    third = what_if.ask()
    assert [one.id for one in what_if.book.newest(ORGANIZATION, 5)] == [third.id, lost.id, first.id]


def test_a_question_that_nobody_hears_fails_at_once() -> None:
    """Its asker would wait a quarter of an hour before anything can be asked again."""
    what_if = WhatIf()
    what_if.world.gate_queue.broken = True
    assert what_if.ask().failure is Failure.NOT_STARTED
    what_if.world.gate_queue.broken = False
    assert what_if.ask().status is SimulationStatus.PENDING


def test_nonsense_is_refused_where_it_stands() -> None:
    """A question about nobody's number would be answered with somebody's figures."""
    what_if = WhatIf()
    with pytest.raises(InvalidInput) as unknown:
        what_if.ask(HOURLY, "ins_nobody")
    assert unknown.value.pointer == "/instance_id"
    world = what_if.world
    world.organizations.known[INSTANCE] = replace(world.instance(), lifecycle=Lifecycle.CREATED)
    with pytest.raises(InvalidInput, match="not in use"):
        what_if.ask(HOURLY, INSTANCE)
    with pytest.raises(InvalidInput) as preset:
        what_if.ask(CLOUD_API)
    assert preset.value.pointer == "/policy/preset"
    with pytest.raises(NotFound):
        what_if.book.one(ORGANIZATION, "sim_nothing")


def _organization(what_if: WhatIf) -> Organization:
    """The organization as stored now."""
    return what_if.world.organizations.organizations[ORGANIZATION]
