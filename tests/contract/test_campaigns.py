"""Campaigns: found by name, and seen by the Gate while they do not run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.campaign import Campaign, CampaignAction, opened
from tests.contract.samples import ANOTHER_ORGANIZATION, ORGANIZATION, an_id, organization
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from tests.contract.conftest import Store

WHO, WHY = "operator usr_1", "preço errado"
PAUSE, RESUME, CANCEL = CampaignAction.PAUSE, CampaignAction.RESUME, CampaignAction.CANCEL


def a_campaign(name: str = "Natal", organization_id: str = ORGANIZATION, number: int = 1) -> Campaign:
    """A campaign that was never stored."""
    return opened(an_id("cmp", number), organization_id, name, "client key_1", NOON)


def put(store: Store, *actions: CampaignAction, name: str = "Natal") -> Campaign:
    """A stored campaign after these actions."""
    campaign = a_campaign(name)
    assert store.campaigns.save(campaign)
    campaign = replace(campaign, version=1)
    for action in actions:
        campaign = campaign.after(action, WHY, WHO, NOON + campaign.version)
        assert store.campaigns.save(campaign)
        campaign = replace(campaign, version=campaign.version + 1)
    return campaign


@pytest.mark.parametrize("name", ["Natal", "Volta às aulas: 50% # só hoje?", "🎄" * 80])
def test_a_campaign_comes_back_by_its_name(store: Store, name: str) -> None:
    """An operator could not stop the campaign that a client just began."""
    campaign = put(store, PAUSE, name=name)
    assert store.campaigns.get_many(ORGANIZATION, [name, "Páscoa"]) == {name: campaign}
    assert store.campaigns.get_many(ANOTHER_ORGANIZATION, [name]) == {}


def test_a_write_is_based_on_what_was_read(store: Store) -> None:
    """A resume that crossed a cancellation would let go what was stopped for good."""
    running = put(store)
    paused = put_on(store, running, PAUSE)
    put_on(store, paused, CANCEL)
    assert not store.campaigns.save(paused.after(RESUME, "", WHO, NOON))
    assert not store.campaigns.save(a_campaign())
    assert store.campaigns.get_many(ORGANIZATION, ["Natal"])["Natal"].allowed_actions == ()


def put_on(store: Store, campaign: Campaign, action: CampaignAction) -> Campaign:
    """The stored campaign after one more action."""
    after = campaign.after(action, WHY, WHO, NOON)
    assert store.campaigns.save(after)
    return replace(after, version=after.version + 1)


@pytest.mark.parametrize(
    ("actions", "told"),
    [((), False), ((PAUSE,), True), ((PAUSE, RESUME), False), ((PAUSE, RESUME, PAUSE), True), ((PAUSE, CANCEL), True)],
)
def test_the_gate_sees_what_does_not_run(store: Store, actions: tuple[CampaignAction, ...], *, told: bool) -> None:
    """Messages of a stopped campaign would leave, or those of a resumed one never."""
    store.directory.put_organization(organization())
    campaign = put(store, *actions)
    view = store.views.load(ORGANIZATION)
    assert dict(view.campaigns) == ({"Natal": campaign.control} if told else {})


def test_the_gate_sees_no_other_organizations_campaigns(store: Store) -> None:
    """One customer's pause would stop another one's campaign of the same name."""
    store.directory.put_organization(organization())
    store.directory.put_organization(organization(ANOTHER_ORGANIZATION))
    put(store, PAUSE)
    assert store.views.load(ANOTHER_ORGANIZATION).campaigns == {}


def test_campaigns_are_listed_page_by_page_in_the_order_of_their_names(store: Store) -> None:
    """An operator would not find the campaign that has to be stopped now."""
    for name in ("b", "A", "c", "a"):
        put(store, name=name)
    store.campaigns.save(a_campaign("another", ANOTHER_ORGANIZATION))
    first = store.campaigns.page(ORGANIZATION, None, 3)
    assert [one.name for one in first.campaigns] == ["A", "a", "b"]
    rest = store.campaigns.page(ORGANIZATION, first.after, 3)
    assert ([one.name for one in rest.campaigns], rest.after) == (["c"], None)
    assert store.campaigns.page(ORGANIZATION, None, 4).after is None


def test_the_search_of_a_cancelled_campaign_is_found_until_it_is_over(store: Store) -> None:
    """What waits for next week would wait on, and clutter every list until it expires."""
    put(store, PAUSE, name="paused")
    campaign = put(store, CANCEL)
    assert list(store.campaigns.uncleared(NOON, 10)) == []
    assert list(store.campaigns.uncleared(NOON + 10, 10)) == [(ORGANIZATION, "Natal")]
    store.campaigns.save(replace(campaign, clearing=None))
    assert list(store.campaigns.uncleared(NOON + 10, 10)) == []
