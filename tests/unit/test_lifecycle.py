"""What people may do with an instance: every state offers exactly what makes sense, and always a way on."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import lifecycle
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.cooldown import Cooldown
from chalicelib.domain.errors import InvalidInput, TransitionRefused
from chalicelib.domain.instance import FRESH_FOR, Instance, InstancePurpose, JournalType, Lifecycle
from chalicelib.domain.lifecycle import Action, allowed_actions
from chalicelib.domain.pause import Pause
from chalicelib.domain.presets import CLOUD_API, CONSERVATIVE, MODERATE
from chalicelib.domain.resting import cooldown_over
from chalicelib.domain.values import HOUR, MINUTE, Reason
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.policy import Policy

ACTOR = "operator usr_1"
PAUSE = Pause(ACTOR, "review", NOON)
REST = Cooldown(NOON, NOON + HOUR, "TEMPORARY_BAN_101", "101:1")

# What each action does; none may work where it is not offered, and all must work where they are.
DOES: dict[Action, Callable[[Instance], Instance]] = {
    Action.CONNECT: lambda one: lifecycle.connecting(one, ACTOR, NOON),
    Action.RECONNECT: lambda one: lifecycle.connecting(one, ACTOR, NOON),
    Action.PAUSE: lambda one: lifecycle.paused(one, "review", None, ACTOR, NOON),
    Action.RESUME: lambda one: lifecycle.resumed(one, ACTOR, NOON),
    Action.COOL_DOWN: lambda one: lifecycle.cooled_down(one, "tired", NOON + HOUR, ACTOR, NOON),
    Action.END_COOLDOWN: lambda one: lifecycle.cooldown_ended(one, ACTOR, NOON),
    Action.LOGOUT: lambda one: lifecycle.logged_out(one, ACTOR, NOON),
    Action.RETIRE: lambda one: lifecycle.retired(one, ACTOR, NOON, unpaired=False),
    Action.REINSTATE: lambda one: lifecycle.reinstated(one, "appeal accepted", ACTOR, NOON),
}


def every_state() -> list[Instance]:
    """Every combination of life, session, pause and rest that can be stored."""
    states = product(Lifecycle, Connection, (None, PAUSE), (None, REST), (True, False))
    return [
        replace(an_instance(), lifecycle=life, connection=connection, paused=paused, cooldown=rest, paired=paired)
        for life, connection, paused, rest, paired in states
    ]


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        (
            {"lifecycle": Lifecycle.CREATED, "connection": Connection.DISCONNECTED, "paired": False},
            "connect pause retire",
        ),
        (
            {"lifecycle": Lifecycle.CREATED, "connection": Connection.AWAITING_SCAN, "paired": False},
            "connect pause retire",
        ),
        ({}, "pause cool_down logout retire"),
        ({"seen_at": NOON - FRESH_FOR - 1}, "reconnect pause cool_down logout retire"),
        ({"connection": Connection.DISCONNECTED}, "reconnect pause cool_down logout retire"),
        ({"connection": Connection.ERROR}, "reconnect pause cool_down logout retire"),
        ({"connection": Connection.LOGGED_OUT, "paired": False}, "connect pause cool_down retire"),
        ({"connection": Connection.PASSKEY_REQUIRED, "paired": False}, "connect pause cool_down retire"),
        ({"paused": PAUSE}, "resume cool_down logout retire"),
        ({"paused": replace(PAUSE, until=NOON)}, "pause cool_down logout retire"),
        ({"lifecycle": Lifecycle.COOLDOWN, "cooldown": REST}, "pause end_cooldown logout retire"),
        ({"lifecycle": Lifecycle.BANNED}, "reinstate retire"),
        ({"lifecycle": Lifecycle.RETIRED}, ""),
    ],
)
def test_each_state_offers_what_makes_sense(changes: dict[str, object], offered: str) -> None:
    """The panel shows exactly these buttons: a missing one leaves an operator stuck, a wrong one does harm."""
    instance = replace(an_instance(), **changes)  # type: ignore[arg-type]
    assert " ".join(allowed_actions(instance, NOON)) == offered


@pytest.mark.parametrize("action", list(Action))
def test_an_action_works_exactly_where_it_is_offered(action: Action) -> None:
    """A button would answer with an error, or something nobody was offered would happen all the same."""
    twin = {Action.CONNECT: Action.RECONNECT, Action.RECONNECT: Action.CONNECT}
    for instance in every_state():
        offered = allowed_actions(instance, NOON)
        if action in offered or twin.get(action) in offered:
            after = DOES[action](instance)
            assert after != instance
            assert after.news[-1].actor == ACTOR
        else:
            with pytest.raises(TransitionRefused, match=r"Possible now|Nothing can be done"):
                DOES[action](instance)


def test_every_state_but_the_last_has_a_way_on() -> None:
    """An operator would look at a number with which nothing can be done."""
    for instance in every_state():
        assert allowed_actions(instance, NOON) or instance.lifecycle is Lifecycle.RETIRED


def test_a_number_that_cannot_send_offers_what_changes_that() -> None:
    """Messages would wait for a number that nobody can bring back."""
    cures = {
        Reason.OPS_PAUSED: {Action.RESUME},
        Reason.INSTANCE_DISCONNECTED: {Action.CONNECT, Action.RECONNECT},
        Reason.COOLDOWN_ACTIVE: {Action.END_COOLDOWN},
        Reason.INSTANCE_BANNED: {Action.REINSTATE},
    }
    used = {Lifecycle.ACTIVE, Lifecycle.COOLDOWN}
    for instance in every_state():
        obstacle = instance.obstacle(NOON)
        if obstacle in cures and (instance.lifecycle in used or obstacle is not Reason.COOLDOWN_ACTIVE):
            assert cures[obstacle] & set(allowed_actions(instance, NOON))


def test_a_pause_ends_by_itself() -> None:
    """Somebody pauses for lunch, and the number is still silent in the evening."""
    paused = lifecycle.paused(an_instance(), "lunch", NOON + HOUR, ACTOR, NOON)
    assert paused.obstacle(NOON + HOUR - 1) is Reason.OPS_PAUSED
    fresh = replace(paused, seen_at=NOON + HOUR)
    assert fresh.obstacle(NOON + HOUR) is None


def test_a_reinstated_number_starts_from_scratch() -> None:
    """A number back from a ban would send at full pace, and be banned again."""
    banned = replace(an_instance(), lifecycle=Lifecycle.BANNED, warmup_at=NOON - HOUR, cause=Cause.ACCOUNT_BANNED)
    back = lifecycle.reinstated(banned, "appeal accepted", ACTOR, NOON)
    assert (back.lifecycle, back.connection, back.warmup_at) == (Lifecycle.CREATED, Connection.DISCONNECTED, 0)
    assert back.news[-1].data == {"reason": "appeal accepted"}


def test_a_rest_ends_when_it_is_over_and_not_before() -> None:
    """A temporary ban would be ignored, or never end."""
    resting = lifecycle.cooled_down(an_instance(), "tired", NOON + HOUR, ACTOR, NOON)
    assert resting.obstacle(NOON + MINUTE) is Reason.COOLDOWN_ACTIVE
    assert cooldown_over(resting, "sweep", NOON + HOUR - 1) is resting
    over = cooldown_over(resting, "sweep", NOON + HOUR)
    assert (over.lifecycle, over.cooldown) == (Lifecycle.ACTIVE, None)
    assert [entry.type for entry in over.news] == [JournalType.COOLDOWN_ENTERED, JournalType.COOLDOWN_LEFT]


def test_a_change_is_journaled_with_what_was_before() -> None:
    """Nobody could say who turned a warm-up number into one for campaigns."""
    instance = an_instance()
    assert lifecycle.changed(instance, {"name": instance.name, "purpose": instance.purpose}, ACTOR, NOON) is instance
    after = lifecycle.changed(instance, {"name": "Suporte", "purpose": InstancePurpose.WARMUP}, ACTOR, NOON)
    assert (after.name, after.purpose) == ("Suporte", InstancePurpose.WARMUP)
    assert after.news[-1].data == {
        "old": {"name": "Vendas", "purpose": "MIXED"},
        "new": {"name": "Suporte", "purpose": "WARMUP"},
    }
    with pytest.raises(TransitionRefused):
        lifecycle.changed(replace(instance, lifecycle=Lifecycle.RETIRED), {"name": "x"}, ACTOR, NOON)


def test_who_said_that_a_number_needs_no_warm_up_is_written_down() -> None:
    """A new number would be sent from as from an old one, and nobody could say who had said that it may."""
    instance = replace(an_instance(), warmup_at=NOON)
    assert instance.warmup_age(NOON + HOUR) == HOUR
    used = lifecycle.changed(instance, {"warmed_up": True}, ACTOR, NOON)
    assert used.news[-1].data == {"old": {"warmed_up": False}, "new": {"warmed_up": True}}
    assert CONSERVATIVE.day_limit(used.warmup_age(NOON)) == CONSERVATIVE.per_day


def test_a_number_that_was_banned_warms_up_again_whatever_was_said_before() -> None:
    """After an appeal that succeeded, the same number is banned for good within the hour."""
    banned = replace(an_instance(), lifecycle=Lifecycle.BANNED, warmed_up=True, warmup_at=NOON)
    assert lifecycle.reinstated(banned, "appeal", ACTOR, NOON).warmup_age(NOON + HOUR) == 0


def test_a_preset_for_other_numbers_is_refused() -> None:
    """Eighty messages a second leave from a number behind a bridge: it is banned within the minute."""
    with pytest.raises(InvalidInput) as refused:
        lifecycle.repaced(an_instance(), CLOUD_API, ACTOR, NOON)
    assert refused.value.pointer == "/policy/preset"


@pytest.mark.parametrize("own", [None, CONSERVATIVE])
@pytest.mark.parametrize("wanted", [None, MODERATE])
def test_pacing_is_journaled_with_what_was_before(own: Policy | None, wanted: Policy | None) -> None:
    """After a ban nobody could say who had let the number send faster, or how fast it was before."""
    for instance in every_state():
        before = replace(instance, policy=own)
        if own == wanted:
            assert lifecycle.repaced(before, wanted, ACTOR, NOON) is before
        elif instance.lifecycle is Lifecycle.RETIRED:
            with pytest.raises(TransitionRefused):
                lifecycle.repaced(before, wanted, ACTOR, NOON)
        else:
            after = lifecycle.repaced(before, wanted, ACTOR, NOON)
            told = {"old": own and asdict(own), "new": wanted and asdict(wanted)}
            assert (after.policy, after.news[-1].type) == (wanted, JournalType.POLICY_CHANGED)
            assert (after.news[-1].actor, after.news[-1].data) == (ACTOR, told)


@given(st.lists(st.sampled_from(list(Action)), max_size=12), st.sampled_from(every_state()))
def test_no_chain_of_actions_leaves_the_table(actions: list[Action], instance: Instance) -> None:
    """Some odd order of clicks would bring a retired number back to life, or leave nothing in its journal."""
    for action in actions:
        before = instance
        try:
            instance = DOES[action](instance)
        except TransitionRefused:
            continue
        assert before.lifecycle is not Lifecycle.RETIRED
        assert len(instance.news) > len(before.news)
