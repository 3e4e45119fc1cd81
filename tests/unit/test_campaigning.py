"""Campaigns at work: begun by their first message, stopped, let go on in order, ended wherever their messages wait."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.campaign import SETTLED, CampaignAction, CampaignStatus
from chalicelib.domain.connection import Connection
from chalicelib.domain.decision import Defer, decided
from chalicelib.domain.errors import InvalidInput, NotFound, TransitionRefused
from chalicelib.domain.pause import Pause
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, MINUTE, SECOND, Origin, Reason
from tests.contract.samples import pending
from tests.fakes.many import hand_in, wishes
from tests.fakes.numbers import INSTANCE, ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.intake import Draft
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.intent import Intent

WHO, WHY = "operator usr_1", "preço errado"
PAUSE, RESUME, CANCEL = CampaignAction.PAUSE, CampaignAction.RESUME, CampaignAction.CANCEL


def of_campaign(name: str = "Natal", **changes: object) -> Draft:
    """A wish that belongs to a campaign."""
    return replace(draft(), origin=Origin.CAMPAIGN, campaign=name, **changes)  # type: ignore[arg-type]


def steer(world: World, action: CampaignAction, name: str = "Natal") -> Campaign:
    """Stop, let go on or end a campaign."""
    return world.campaigns.steer(ORGANIZATION, name, action, WHY, WHO)


def test_the_first_message_begins_a_campaign() -> None:
    """An operator could not stop a campaign before somebody had announced it."""
    world = World()
    with pytest.raises(NotFound):
        world.campaigns.one(ORGANIZATION, "Natal")
    world.submit(of_campaign())
    world.clock.advance(60)
    world.submit(of_campaign())
    campaign = world.campaigns.one(ORGANIZATION, "Natal")
    assert (campaign.status, campaign.version) == (CampaignStatus.RUNNING, 1)
    assert (campaign.created_by, campaign.created_at) == ("client key_1", world.clock.now() - MINUTE)
    assert campaign.id.startswith("cmp_")


@pytest.mark.parametrize("count", [5, 30])
def test_many_messages_begin_each_campaign_once(count: int) -> None:
    """Some campaigns of a large hand-over could not be stopped."""
    world = World()
    drafts = [replace(wish, campaign=f"loja {number % 3}") for number, wish in enumerate(wishes(count))]
    hand_in(world, drafts)
    page = world.campaigns.page(ORGANIZATION, None, 10)
    assert [one.name for one in page.campaigns] == ["loja 0", "loja 1", "loja 2"]


def test_a_paused_campaign_waits_and_goes_on_in_order() -> None:
    """A pause would lose messages, or a resume send the last ones first."""
    world = World()
    world.submit(of_campaign())
    world.work()
    paused = steer(world, PAUSE)
    late = []
    for _ in range(40):
        world.clock.advance(0.001)
        late.append(world.submit(of_campaign()))
    other = world.submit(of_campaign("Páscoa"))
    assert {world.now(one).parked_on for one in late} == {paused.id}
    assert {world.now(one).reason for one in late} == {Reason.OPS_PAUSED}
    orders = world.queue.take()
    assert [order.intent_id for order in orders] == [other.id]
    world.work(orders)
    world.clock.advance(60)
    world.sweep()
    assert world.queue.take() == []
    steer(world, RESUME)
    world.answer()
    assert [order.intent_id for order in world.queue.take()] == [one.id for one in late]
    assert [len(world.now(one).timeline) for one in late] == [3] * 40


def test_a_resume_is_found_by_the_sweep_though_the_queue_was_down() -> None:
    """A campaign would stay stopped for ever because one message to a queue was lost."""
    world = World()
    world.submit(of_campaign())
    steer(world, PAUSE)
    late = world.submit(of_campaign())
    world.gate_queue.broken = True
    steer(world, RESUME)
    world.gate_queue.broken = False
    world.clock.advance(60)
    world.sweep()
    assert world.now(late).status is Status.APPROVED


@pytest.mark.parametrize("action", [PAUSE, CANCEL])
def test_what_was_approved_before_does_not_leave(action: CampaignAction) -> None:
    """Two minutes' worth of messages would still leave after somebody pulled the brake."""
    world = World()
    intent, other = world.submit(of_campaign()), world.submit(of_campaign("Páscoa"))
    steer(world, action)
    world.work()
    assert [message.intent_id for message in world.provider.sent] == [other.id]
    assert world.now(intent).attempts == 0
    world.answer()
    after = world.now(intent)
    assert after.status is (Status.QUEUED if action is PAUSE else Status.DROPPED)
    assert world.organizations.usages[INSTANCE].everything.day.used(world.clock.now()) == 1
    if action is PAUSE:
        steer(world, RESUME)
        world.answer()
        world.work()
        assert world.now(intent).status is Status.SENT


def waiting_everywhere(world: World) -> list[Intent]:
    """Messages of a campaign in every place where one can wait."""
    scheduled = world.submit(of_campaign(send_at=world.clock.now() + 30 * DAY))
    paused_before = steer(world, PAUSE)
    parked = world.submit(of_campaign())
    assert world.now(parked).parked_on == paused_before.id
    steer(world, RESUME)
    world.gate_queue.take(100)
    world.change_instance(Connection.DISCONNECTED)
    without_number = world.submit(of_campaign())
    undecided = hand_in(world, [replace(wish, campaign="Natal") for wish in wishes(30)]).intents
    assert world.now(without_number).status is Status.QUEUED
    return [scheduled, parked, without_number, *undecided]


def test_a_cancelled_campaign_ends_wherever_its_messages_wait() -> None:
    """Messages of a campaign that somebody ended would leave next week, or clutter the lists until they expire."""
    world = World()
    waiting = waiting_everywhere(world)
    other = world.submit(of_campaign("Páscoa", send_at=world.clock.now() + DAY))
    control = steer(world, CANCEL).control
    world.clock.advance(60)
    world.sweep()
    after = [world.now(one) for one in waiting]
    assert Counter(one.status for one in after) == {Status.DROPPED: len(waiting)}
    for one in after:
        ended = one.timeline[-1]
        assert (ended.type, ended.data["reason"], ended.data["by"]) == (EventType.DROPPED, "CANCELLED", WHO)
        assert ended.data["trace"] == [[control.id, "CANCELLED", {"since": control.at}]]
    assert world.now(other).status is Status.QUEUED
    assert world.queue.take() == []


def test_a_cancelled_campaign_ends_in_a_paused_organization_too() -> None:
    """An operator who stops everything and then ends one campaign would find it waiting at the resume."""
    world = World()
    world.submit(of_campaign())
    steer(world, PAUSE)
    parked = world.submit(of_campaign())
    organization = world.organizations.organizations[ORGANIZATION]
    world.organizations.put_organization(replace(organization, paused=Pause(WHO, WHY, world.clock.now())))
    steer(world, CANCEL)
    world.clock.advance(60)
    world.sweep()
    assert world.now(parked).status is Status.DROPPED


def test_the_search_ends_and_comes_back_once_for_what_was_decided_meanwhile() -> None:
    """A decision that did not see the cancellation yet would leave a message waiting; or the search never end."""
    world = World()
    world.submit(of_campaign(send_at=world.clock.now() + 30 * DAY))
    steer(world, CANCEL)
    world.clock.advance(60)
    world.sweep()
    assert world.campaigns.one(ORGANIZATION, "Natal").clearing is not None
    late = decided_before(world)
    world.clock.advance(SETTLED / SECOND)
    world.sweep()
    assert world.now(late).status is Status.DROPPED
    assert world.campaigns.one(ORGANIZATION, "Natal").clearing is None
    pages = []
    page = world.intents.page
    world.intents.page = lambda *asked: (pages.append(asked), page(*asked))[1]  # type: ignore[method-assign, func-returns-value]
    world.clock.advance(60)
    world.sweep()
    assert pages == []


def decided_before(world: World) -> Intent:
    """Store a message of the campaign as a decision from before its cancellation left it."""
    until = world.clock.now() + 20 * DAY
    blank = pending(at=world.clock.now(), organization_id=ORGANIZATION)
    request = replace(blank.request, campaign="Natal", send_at=until, expires_at=until + DAY)
    waiting = decided(replace(blank, request=request), Defer(Reason.SCHEDULED, until, None, ()), world.clock.now())
    assert world.intents.create(waiting) is None
    return waiting


def test_a_large_campaign_is_ended_in_as_many_ticks_as_it_takes() -> None:
    """Ending a large campaign would time out halfway, again and again from the beginning."""
    world = World()
    soon = world.clock.now() + 30 * DAY
    for _ in range(20):
        hand_in(world, [replace(wish, campaign="Natal", send_at=soon) for wish in wishes(25)])
        world.clock.advance(0.001)
    steer(world, CANCEL)
    save, kept = world.intents.save, []

    def slow(intent: Intent, based_on: int) -> None:
        world.clock.advance(0.05)
        kept.append(intent.id)
        save(intent, based_on)

    world.intents.save = slow  # type: ignore[method-assign]
    ticks = 0
    while any(one.status is Status.QUEUED for one in world.intents.stored.values()):
        world.clearing.work(world.clock.monotonic() + 6)
        ticks += 1
        assert ticks < 10
    assert ticks > 2
    assert len(kept) == 500


def test_nothing_more_is_handed_in_to_a_cancelled_campaign() -> None:
    """A client would believe that its messages leave although somebody ended their campaign."""
    world = World()
    first = world.submit(of_campaign(), "order-1")
    steer(world, CANCEL)
    with pytest.raises(InvalidInput) as refused:
        world.submit(of_campaign(), "order-2")
    assert refused.value.pointer == "/campaign"
    with pytest.raises(InvalidInput) as refused:
        hand_in(world, [*wishes(3), of_campaign()])
    assert refused.value.pointer == "/intents/3/campaign"
    assert list(world.intents.stored) == [first.id]
    assert world.submit(of_campaign(), "order-1").id == first.id


def test_what_makes_no_sense_is_refused() -> None:
    """Somebody would believe that a running campaign was resumed, or that a cancelled one can come back."""
    world = World()
    world.submit(of_campaign())
    with pytest.raises(TransitionRefused):
        steer(world, RESUME)
    steer(world, CANCEL)
    for action in CampaignAction:
        with pytest.raises(TransitionRefused):
            steer(world, action)
    with pytest.raises(NotFound):
        world.campaigns.steer("org_other", "Natal", PAUSE, WHY, WHO)


def test_two_who_steer_at_once_are_put_in_order() -> None:
    """A cancellation that meets a pause would be lost."""
    world = World()
    world.submit(of_campaign())
    save = world.campaign_store.save
    raced: list[bool] = []

    def race(campaign: Campaign) -> bool:
        if not raced:
            raced.append(True)
            steer(world, PAUSE)
        return save(campaign)

    world.campaign_store.save = race  # type: ignore[method-assign]
    assert steer(world, CANCEL).status is CampaignStatus.CANCELLED
    assert world.campaigns.one(ORGANIZATION, "Natal").version == 3
