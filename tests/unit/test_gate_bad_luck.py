"""What bad luck and hostile users do to the Gate as a whole: crashes at every step, crowds, lines that do not move."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.consent import Consent, LegalBasis, Withdrawal
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import BatchUndecided
from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.outcome import FailureClass, NotSent
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, MINUTE, SECOND, Category, Purpose, Reason, Target, TargetKind
from chalicelib.domain.warmup import WarmUp
from tests.fakes.accidents import Accident, Accidents, Broke
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from chalicelib.application.intake import Draft
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.usage import Usage

PACED = replace(
    FAST, per_minute=4, per_hour=40, per_day=200, reply_share=25, min_interval=1_000, max_interval=2_000, spacing=30_000
)


def to(number: int, purpose: Purpose = Purpose.DISPATCH) -> Draft:
    """A wish for somebody of its own."""
    return replace(draft(str(number), purpose), target=Target(TargetKind.PHONE, f"+55119{number:08d}"))


def pass_time(world: World, minutes: int) -> None:
    """Minute after minute: the numbers stay connected, the sweep ticks, and what is due is sent."""
    for _ in range(minutes):
        world.clock.advance(MINUTE / SECOND)
        for name, one in world.organizations.known.items():
            world.organizations.known[name] = replace(one, seen_at=world.clock.now())
        world.sweep()
        world.work()


def warming_up_beside_a_number_for_dispatch(**changes: object) -> World:
    """One number only for warm-up, with hardly any room, and one only for dispatch, with a lot."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    narrow = replace(FAST, per_minute=1, per_hour=1, per_day=1)
    few = replace(FAST, **changes) if changes else narrow  # type: ignore[arg-type]
    changed = {INSTANCE: (InstancePurpose.WARMUP, few), SECOND_INSTANCE: (InstancePurpose.DISPATCH, FAST)}
    for name, (purpose, policy) in changed.items():
        known = world.instance(name)
        world.organizations.put_instance(replace(known, purpose=purpose, policy=policy, warmup_at=world.clock.now()))
    return world


@pytest.mark.parametrize("changes", [{}, {"warmup": WarmUp(10, 50, 100, 1)}], ids=["full", "too many new people"])
def test_warmup_that_waits_holds_up_no_dispatch(changes: dict[str, object]) -> None:
    """A number in its warm-up would stop a whole organization until the next day."""
    world = warming_up_beside_a_number_for_dispatch(**changes)
    warmup = [world.submit(to(number, Purpose.WARMUP)) for number in range(60)]
    world.clock.advance(MINUTE / SECOND)
    dispatch = [world.submit(to(number)) for number in range(100, 110)]
    assert {world.now(one).status for one in dispatch} == {Status.APPROVED}
    pass_time(world, 3)
    assert {world.now(one).status for one in dispatch} == {Status.SENT}
    assert Counter(world.now(one).status for one in warmup)[Status.QUEUED] == 59


def test_dispatch_that_waits_holds_up_no_warmup() -> None:
    """A campaign of a week would keep a new number from its warm-up."""
    world = warming_up_beside_a_number_for_dispatch()
    world.organizations.put_instance(replace(world.instance(SECOND_INSTANCE), policy=replace(FAST, per_minute=1)))
    for number in range(60):
        world.submit(to(number))
    assert world.submit(to(100, Purpose.WARMUP)).status is Status.APPROVED


@pytest.mark.parametrize("raised", [True, False])
def test_a_raised_limit_reaches_who_would_have_expired_first(raised: bool) -> None:  # noqa: FBT001 - parametrized
    """An answer would be dropped after a day although there was room for it since the first minute."""
    few = replace(FAST, new_contacts=1)
    world = World(policy=few)
    world.submit(to(1, Purpose.REPLY))
    waiting = world.submit(to(2, Purpose.REPLY))
    assert (waiting.reason, waiting.until) == (Reason.NEW_CONTACT_LIMIT, None)
    if raised:
        tenant = world.organizations.organizations[ORGANIZATION]
        world.organizations.put_organization(replace(tenant, policy=FAST))
        pass_time(world, 1)
        assert world.now(waiting).status is Status.SENT
    else:
        world.clock.advance(DAY / SECOND - 1)
        pass_time(world, 1)
        assert world.now(waiting).status is Status.DROPPED


def test_a_consent_that_is_withdrawn_stops_a_retry() -> None:
    """Somebody who took their consent back would get the advertisement a quarter of an hour later all the same."""
    world = World()
    person, given = Alias(AliasKind.PHONE, draft().target.value), world.clock.now()
    yes = Consent(Category.MARKETING, LegalBasis.CONSENT, "form", given, "record 7", "client key_1")
    world.book.agree(ORGANIZATION, person, yes)
    world.provider.answers = [NotSent(FailureClass.TRANSIENT, "busy")]
    intent = world.submit(replace(draft(), category=Category.MARKETING))
    world.work()
    world.book.withdraw(ORGANIZATION, person, Category.MARKETING, Withdrawal(given + 1, "client key_1", "a call"))
    pass_time(world, 3)
    assert len(world.provider.sent) == 1
    assert (world.now(intent).status, world.now(intent).reason) == (Status.BLOCKED, Reason.NO_CONSENT)


def test_what_could_not_be_stored_makes_no_duplicate_of_its_repetition() -> None:
    """The client is told to try again, and its second try would be refused for what nobody ever got."""
    world = World(policy=replace(FAST, duplicate_window=DAY, spacing=DAY))
    create = world.intents.create

    def fails(intent: Intent) -> Intent | None:
        raise Broke(intent.id)

    world.intents.create = fails  # type: ignore[method-assign]
    with pytest.raises(Broke):
        world.submit()
    world.intents.create = create  # type: ignore[method-assign]
    world.clock.advance(1)
    assert world.submit().status is Status.APPROVED


def test_many_messages_to_one_person_keep_short_timelines() -> None:
    """A thousand messages to one group would grow until they could not be stored any more, and each write cost more."""
    world = World(policy=replace(FAST, spacing=MINUTE))
    waiting = [world.submit(draft(str(number))) for number in range(40)]
    pass_time(world, 20)
    ends = [world.now(one).until for one in waiting]
    assert any(ends)
    assert all(end > world.clock.now() for end in ends if end)
    pass_time(world, 25)
    assert {world.now(one).status for one in waiting} == {Status.SENT}
    assert max(len(world.now(one).timeline) for one in waiting) <= 5
    slots = sorted(world.now(one).not_before for one in waiting)
    assert min(later - sooner for sooner, later in pairwise(slots)) >= MINUTE


def test_a_number_lost_to_somebody_else_costs_one_more_try_and_no_more() -> None:
    """Where many decide at once each would lose to itself once more, and the crowd would never end."""
    world = World(policy=replace(FAST, min_interval=1_000, max_interval=1_000, per_day=10_000))
    for number in range(10):
        world.submit(to(number))
    save, tries = world.organizations.save_usage, list[int]()

    def save_usage(organization_id: str, usage: Usage) -> bool:
        tries.append(usage.version)
        return len(tries) > 1 and save(organization_id, usage)

    world.organizations.save_usage = save_usage  # type: ignore[method-assign]
    assert world.submit(to(10)).status is Status.APPROVED
    assert len(tries) == 2


def one(world: World) -> None:
    """Hand in one."""
    world.submit(to(50), "key")


def few(world: World) -> None:
    """Hand in five, which are decided at once."""
    wishes = [replace(to(60 + number), campaign="May / 50% #1") for number in range(5)]
    world.intake.submit_many(ORGANIZATION, "client key_1", wishes, "few")


def many(world: World) -> None:
    """Hand in thirty, which are decided at the queue."""
    world.intake.submit_many(ORGANIZATION, "client key_1", [to(60 + number) for number in range(30)], "many")


def tick(world: World) -> None:
    """Look after who waits."""
    world.clock.advance(MINUTE / SECOND)
    world.sweep()


def busiest(slots: list[int]) -> int:
    """The most slots in any minute."""
    return max(sum(slot <= other < slot + MINUTE for other in slots) for slot in slots)


def worked(work: Callable[[World], None], kind: Accident = Accident.DEATH, *at: int) -> Accidents:
    """Some work in which these calls go wrong, done once more; everybody gets what was meant for them, in time."""
    world = World(policy=PACED, instances=(INSTANCE, SECOND_INSTANCE))
    for number in range(14):
        world.submit(to(number))
    accidents = Accidents(world)
    accidents.plan(kind, *at)
    with accidents.process():
        work(world)
    with suppress(BatchUndecided):  # all of it was stored before it died: the client is told to wait
        work(world)
    pass_time(world, 20)
    ended = list(world.intents.stored.values())
    assert {one.status for one in ended} == {Status.SENT}
    assert Counter(message.intent_id for message in world.provider.sent) == Counter(one.id for one in ended)
    for name in (INSTANCE, SECOND_INSTANCE):
        assert busiest([one.not_before for one in ended if one.instance_id == name]) <= PACED.per_minute
    return accidents


@pytest.mark.parametrize(
    ("work", "kinds"), [(one, Accident), (few, Accident), (tick, Accident), (many, [Accident.DEATH])]
)
def test_whatever_goes_wrong_at_any_call_loses_nobody_and_exceeds_nothing(
    work: Callable[[World], None], kinds: Collection[Accident]
) -> None:
    """A process that dies in the wrong moment would lose messages for ever, send twice, or send too fast."""
    quiet = worked(work)
    possible = [(kind, at) for kind, at in quiet.possible() if kind in kinds]
    assert len(possible) > 5
    for kind, at in possible:
        try:
            accidents = worked(work, kind, at)
        except AssertionError as broken:
            raise AssertionError(f"after {kind} {at}: {quiet.calls[at - 1]}") from broken
        assert accidents.happened
