"""The Gate's rules of the first light, one by one and as properties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.connection import Connection
from chalicelib.domain.decision import Approve, Block, Defer, Drop
from chalicelib.domain.gate import HORIZON, decide, interval_after
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.intent import Intent
from chalicelib.domain.organization import Organization
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import CONSERVATIVE, MODERATE, PRESETS, preset_of
from chalicelib.domain.request import Request
from chalicelib.domain.timeline import EventType
from chalicelib.domain.usage import Usage
from chalicelib.domain.values import (
    DAY,
    HOUR,
    MINUTE,
    Category,
    ContentType,
    Origin,
    Purpose,
    Reason,
    Target,
    TargetKind,
)
from chalicelib.domain.view import View
from tests.fakes.clock import NOON
from tests.fakes.world import FAST, ORGANIZATION, an_instance

PAUSE = Pause("operator usr_1", "campaign under review", NOON - 1)


def an_intent(purpose: Purpose = Purpose.DISPATCH, pinned: str | None = None, **times: int | None) -> Intent:
    """A PENDING intent."""
    request = Request(
        target=Target(TargetKind.PHONE, "+5511987654321"),
        purpose=purpose,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=pinned,
        send_at=times.get("send_at"),
        expires_at=times.get("expires_at") or NOON + DAY,
        external_id=None,
        fingerprint="f",
        content_type=ContentType.TEXT,
    )
    return Intent("int_1", ORGANIZATION, request).record(EventType.ACCEPTED, NOON, "client key_1")


def a_view(*names: str, policy: Policy = FAST, paused: Pause | None = None) -> View:
    """An organization with connected numbers."""
    organization = Organization(ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", policy, paused)
    fresh = NOON + 400 * DAY
    return View(organization, {name: replace(an_instance(name), seen_at=fresh) for name in names}, {})


def changed(view: View, name: str, **changes: object) -> View:
    """The view with one number changed."""
    instance = replace(view.instances[name], **changes)  # type: ignore[arg-type]
    return replace(view, instances={**view.instances, name: instance})


def test_a_free_number_gets_a_slot_now() -> None:
    """The plain case: a message that may leave leaves at once, with the numbers that allowed it."""
    decision = decide(an_intent(), a_view("ins_1"), NOON)
    assert isinstance(decision, Approve)
    assert (decision.instance_id, decision.not_before) == ("ins_1", NOON)
    assert decision.trace[0].numbers["minute"] == "0/1000"


def test_an_expired_intent_is_dropped_before_anything_else() -> None:
    """A message whose time is over must never leave, not even when a number is free."""
    assert isinstance(decide(an_intent(expires_at=NOON), a_view("ins_1", paused=PAUSE), NOON), Drop)


def test_send_at_in_the_future_waits_until_then() -> None:
    """A scheduled message leaves when it was asked for, not before."""
    decision = decide(an_intent(send_at=NOON + HOUR), a_view("ins_1"), NOON)
    assert isinstance(decision, Defer)
    assert (decision.reason, decision.until) == (Reason.SCHEDULED, NOON + HOUR)


def test_a_paused_organization_parks() -> None:
    """A pause loses nothing: what arrives waits on the organization until it resumes."""
    decision = decide(an_intent(), a_view("ins_1", paused=PAUSE), NOON)
    assert isinstance(decision, Defer)
    assert (decision.reason, decision.until, decision.parked_on) == (Reason.OPS_PAUSED, None, ORGANIZATION)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paused": PAUSE}, Reason.OPS_PAUSED),
        ({"connection": Connection.DISCONNECTED}, Reason.INSTANCE_DISCONNECTED),
        ({"connection": Connection.LOGGED_OUT}, Reason.INSTANCE_DISCONNECTED),
    ],
)
def test_a_number_that_cannot_send_now_parks(changes: dict[str, object], reason: Reason) -> None:
    """Trouble that passes must not refuse a message for good."""
    view = changed(a_view("ins_1"), "ins_1", **changes)
    for pinned, place in ((None, ORGANIZATION), ("ins_1", "ins_1")):
        decision = decide(an_intent(pinned=pinned), view, NOON)
        assert isinstance(decision, Defer)
        assert (decision.reason, decision.parked_on) == (reason, place)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lifecycle": Lifecycle.BANNED}, Reason.INSTANCE_BANNED),
        ({"lifecycle": Lifecycle.RETIRED}, Reason.NO_ELIGIBLE_INSTANCE),
        ({"purpose": InstancePurpose.WARMUP}, Reason.NO_ELIGIBLE_INSTANCE),
    ],
)
def test_a_number_that_never_can_blocks(changes: dict[str, object], reason: Reason) -> None:
    """Waiting that cannot help must be said at once, with the reason."""
    decision = decide(an_intent(), changed(a_view("ins_1"), "ins_1", **changes), NOON)
    assert isinstance(decision, Block)
    assert decision.reason is reason


def test_a_pinned_intent_leaves_from_its_number_only() -> None:
    """A client that insists on a number must not see its message come from another."""
    decision = decide(an_intent(pinned="ins_2"), a_view("ins_1", "ins_2"), NOON)
    assert isinstance(decision, Approve)
    assert decision.instance_id == "ins_2"


def test_a_free_number_is_preferred_to_a_dead_one() -> None:
    """One dead number must not hold a message that another could carry."""
    view = changed(a_view("ins_1", "ins_2"), "ins_1", connection=Connection.DISCONNECTED)
    decision = decide(an_intent(), view, NOON)
    assert isinstance(decision, Approve)
    assert decision.instance_id == "ins_2"


def test_equal_numbers_share_the_load() -> None:
    """Thirty messages over three idle numbers: none may carry much more than its third, or it is the one banned."""
    view = a_view("ins_1", "ins_2", "ins_3", policy=MODERATE)
    carried: dict[str, int] = {}
    for number in range(30):
        decision = decide(replace(an_intent(), id=f"int_{number}"), view, NOON)
        assert isinstance(decision, Approve)
        usage = view.usage(decision.instance_id).reserve(decision.not_before, MODERATE.min_interval)
        view = replace(view, usages={**view.usages, decision.instance_id: usage})
        carried[decision.instance_id] = carried.get(decision.instance_id, 0) + 1
    assert max(carried.values()) <= 12


def test_a_full_window_says_when_it_is_free() -> None:
    """Beyond two minutes the Gate defers, and the moment it names must really bring an approval."""
    policy = Policy(1, 1, 5, 0, 0)
    view = replace(a_view("ins_1", policy=policy), usages={"ins_1": Usage("ins_1").reserve(NOON, 0)})
    decision = decide(an_intent(), view, NOON)
    assert isinstance(decision, Defer)
    assert decision.reason is Reason.RATE_LIMIT
    assert decision.until is not None
    assert isinstance(decide(an_intent(), view, decision.until), Approve)


@given(st.integers(0, 10**15), st.sampled_from([CONSERVATIVE, MODERATE]))
def test_the_pause_after_a_slot_is_drawn_from_the_policys_range(number: int, policy: Policy) -> None:
    """A pause outside the range breaks the promise; the same intent must always draw the same."""
    name = f"int_{number}"
    assert policy.min_interval <= interval_after(name, policy) <= policy.max_interval
    assert interval_after(name, policy) == interval_after(name, policy)


def test_every_preset_is_known_by_its_figures() -> None:
    """The panel would show a preset's figures as somebody's own, or one preset under another's name."""
    assert {preset: preset_of(figures.policy) for preset, figures in PRESETS.items()} == {one: one for one in PRESETS}
    assert preset_of(FAST) is None


histories = st.lists(st.integers(0, 10 * MINUTE), max_size=30)


policies = st.builds(
    lambda limit, more, pause, longer: Policy(limit, limit + more, limit + 2 * more, pause, pause + longer),
    st.integers(1, 6),
    st.integers(0, 6),
    st.integers(0, 5_000),
    st.integers(0, 5_000),
)


@given(histories, policies, policies)
def test_a_number_of_its_own_pace_is_as_if_its_organization_had_it(
    pauses: list[int], own: Policy, theirs: Policy
) -> None:
    """A number that somebody told to go slowly would still send at the organization's pace."""
    usage, now = Usage("ins_1"), NOON
    for pause in pauses:
        now += pause
        usage = usage.reserve(usage.slot(own, now), 0)
    usages = {"ins_1": usage}
    with_own = replace(changed(a_view("ins_1", policy=theirs), "ins_1", policy=own), usages=usages)
    as_theirs = replace(a_view("ins_1", policy=own), usages=usages)
    assert decide(an_intent(), with_own, now) == decide(an_intent(), as_theirs, now)
    assert with_own.policy("ins_1") == own
    assert with_own.policy("ins_2") == with_own.policy(None) == theirs


@given(histories, st.integers(1, 5), st.integers(0, 3))
def test_total_deterministic_and_hopeful(pauses: list[int], per_minute: int, more: int) -> None:
    """Every input has one answer; a deferral's end is in the future and, when nothing else changes, brings approval."""
    policy = Policy(per_minute, per_minute + more, per_minute + more + 2, 0, 0)
    usage, now = Usage("ins_1"), NOON
    for pause in pauses:
        now += pause
        usage = usage.reserve(usage.slot(policy, now), 0)
    view = replace(a_view("ins_1", policy=policy), usages={"ins_1": usage})
    intent = an_intent(expires_at=NOON + 90 * DAY)
    decision = decide(intent, view, now)
    assert decision == decide(intent, view, now)
    if isinstance(decision, Defer):
        assert decision.until is not None
        assert decision.until > now
        assert isinstance(decide(intent, view, decision.until), Approve)
    else:
        assert isinstance(decision, Approve)
        assert now <= decision.not_before <= now + HORIZON


@given(histories, st.integers(1, 4), st.integers(1, 4))
def test_a_stricter_policy_never_approves_what_a_laxer_one_refuses(pauses: list[int], limit: int, extra: int) -> None:
    """An operator who tightens a limit must not see more messages leave."""
    strict, lax = Policy(limit, limit, limit, 0, 0), Policy(limit + extra, limit + extra, limit + extra, 0, 0)
    usage, now = Usage("ins_1"), NOON
    for pause in pauses:
        now += pause
        usage = usage.reserve(usage.slot(lax, now), 0)
    view = replace(a_view("ins_1", policy=strict), usages={"ins_1": usage})
    laxer = replace(view, organization=replace(view.organization, policy=lax))
    intent = an_intent(expires_at=NOON + 90 * DAY)
    if isinstance(decide(intent, view, now), Approve):
        assert isinstance(decide(intent, laxer, now), Approve)
