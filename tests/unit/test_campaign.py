"""Campaigns as rules: who may do what with one, what becomes of its intents, and when the search for them ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.campaign import (
    SETTLED,
    CampaignAction,
    CampaignStatus,
    Clearing,
    held_up,
    opened,
    runs_again,
    stopped,
)
from chalicelib.domain.decision import Defer, Drop, Ending, decided
from chalicelib.domain.errors import TransitionRefused
from chalicelib.domain.status import Status
from chalicelib.domain.values import MINUTE, Reason
from tests.contract.samples import ORGANIZATION, an_id, pending
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from chalicelib.domain.campaign import Campaign
    from chalicelib.domain.intent import Intent

WHO, WHY = "operator usr_1", "wrong price"
PAUSE, RESUME, CANCEL = CampaignAction.PAUSE, CampaignAction.RESUME, CampaignAction.CANCEL


def campaign(*actions: CampaignAction) -> Campaign:
    """A campaign after these actions."""
    one = opened(an_id("cmp"), ORGANIZATION, "Natal", "client key_1", NOON)
    for action in actions:
        one = one.after(action, WHY, WHO, NOON)
    return one


def intent(name: str | None = "Natal") -> Intent:
    """An intent of a campaign, or of none."""
    return replace(pending(), request=replace(pending().request, campaign=name))


@pytest.mark.parametrize(
    ("done", "possible"),
    [((), (PAUSE, CANCEL)), ((PAUSE,), (RESUME, CANCEL)), ((PAUSE, RESUME), (PAUSE, CANCEL)), ((CANCEL,), ())],
)
def test_only_what_makes_sense_is_possible(
    done: tuple[CampaignAction, ...], possible: tuple[CampaignAction, ...]
) -> None:
    """A cancelled campaign could be resumed: messages that somebody stopped for good would leave."""
    one = campaign(*done)
    assert one.allowed_actions == possible
    for action in set(CampaignAction) - set(possible):
        with pytest.raises(TransitionRefused):
            one.after(action, WHY, WHO, NOON)


def test_it_says_who_stopped_it_when_and_why() -> None:
    """Nobody could be asked whether it may go on."""
    control = campaign().after(PAUSE, WHY, WHO, NOON + 5).control
    assert (control.status, control.by, control.at, control.reason) == (CampaignStatus.PAUSED, WHO, NOON + 5, WHY)
    assert control.id == an_id("cmp")


def test_a_paused_campaigns_intents_wait_in_its_own_place() -> None:
    """They would leave in spite of the pause, or wait where nobody lets them go after the resume."""
    one = campaign(PAUSE)
    said = stopped(intent(), {"Natal": one.control})
    assert isinstance(said, Defer)
    assert (said.reason, said.until, said.parked_on) == (Reason.OPS_PAUSED, None, one.id)
    assert held_up(intent(), {"Natal": one.control}) is Reason.OPS_PAUSED


def test_a_cancelled_campaigns_intents_are_dropped_and_say_by_whom() -> None:
    """They would leave although somebody ended the campaign, or vanish without a name to ask."""
    said = stopped(intent(), {"Natal": campaign(CANCEL).control})
    assert isinstance(said, Drop)
    after = decided(intent(), said, NOON)
    assert (after.status, after.reason) == (Status.DROPPED, Ending.CANCELLED)
    assert (after.timeline[-1].actor, after.timeline[-1].data["by"]) == ("gate", WHO)
    assert held_up(intent(), {"Natal": campaign(CANCEL).control}) is Reason.OPS_PAUSED


@pytest.mark.parametrize("name", [None, "Páscoa"])
def test_others_are_left_alone(name: str | None) -> None:
    """Stopping one campaign would stop messages of another, or order confirmations."""
    stopped_ones = {"Natal": campaign(PAUSE).control}
    assert stopped(intent(name), stopped_ones) is None
    assert held_up(intent(name), stopped_ones) is None


def test_its_place_is_looked_at_again_once_it_runs_or_is_cancelled() -> None:
    """After a resume nothing would leave; after a cancellation everything would wait until it expires."""
    place = campaign().id
    assert not runs_again(place, {"Natal": campaign(PAUSE).control})
    assert runs_again(place, {})
    assert runs_again(place, {"Natal": campaign(CANCEL).control})
    assert runs_again(place, {"Páscoa": replace(campaign(PAUSE).control, id=an_id("cmp", 2))})


def test_the_search_for_what_waits_goes_once_through_the_list_after_everything_settled() -> None:
    """An intent deferred for weeks by a decision that did not see the cancellation yet would leave after all."""
    one = campaign(CANCEL)
    assert one.clearing == Clearing(NOON)
    one = one.searched("somewhere", NOON + MINUTE)
    assert one.clearing == Clearing(NOON, "somewhere")
    one = one.searched(None, NOON + MINUTE)
    assert one.clearing == Clearing(NOON + SETTLED)
    assert one.searched(None, NOON + SETTLED).clearing is None
    assert campaign().searched(None, NOON).clearing is None
