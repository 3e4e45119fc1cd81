"""The Gate on anything: it always answers, always the same, and no policy that is stricter ever lets more through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib.domain.connection import Connection
from chalicelib.domain.contact import Contact
from chalicelib.domain.cooldown import Cooldown
from chalicelib.domain.decision import Approve, Block, Defer, Drop, decided
from chalicelib.domain.gate import decide
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.limits import limits_at
from chalicelib.domain.parking import line_in
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import OnDuplicate, Policy
from chalicelib.domain.quiet import QuietHours, QuietScope, QuietZone
from chalicelib.domain.recent import RecentIntent
from chalicelib.domain.usage import HORIZON
from chalicelib.domain.values import DAY, HOUR, MINUTE, WAITING, Category, Origin, Purpose
from chalicelib.domain.warmup import WarmUp
from tests.fakes.clock import NOON
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.views import a_view, an_intent, changed, someone, used

if TYPE_CHECKING:
    from chalicelib.domain.decision import Decision
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.view import View

NAMES = ("ins_1", "ins_2", "ins_3")

warmups = st.builds(WarmUp, st.integers(1, 10), st.integers(1, 4), st.integers(100, 200), st.integers(1, 3))
quiets = st.builds(
    lambda start, length, zone, scope: QuietHours(start, (start + length) % 1_440, zone, scope),
    st.integers(0, 1_439),
    st.integers(1, 1_300),
    st.sampled_from(QuietZone),
    st.sampled_from(QuietScope),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy that does not contradict itself."""
    minute, hour, day = draw(st.integers(1, 6)), draw(st.integers(0, 10)), draw(st.integers(0, 10))
    warmup = draw(st.none() | warmups)
    most = None if warmup is None else warmup.new_contacts
    return Policy(
        per_minute=minute,
        per_hour=minute + hour,
        per_day=minute + hour + day + 4,
        min_interval=draw(st.integers(0, 5_000)),
        max_interval=5_000,
        reply_share=draw(st.integers(0, 50)),
        warmup=warmup,
        new_contacts=draw(st.none() | st.integers(most or 1, 8)),
        quiet=draw(st.none() | quiets),
        spacing=draw(st.integers(0, HOUR)),
        duplicate_window=draw(st.integers(0, DAY)),
        on_duplicate=draw(st.sampled_from(OnDuplicate)),
        require_consent=draw(st.booleans()),
    )


def contacts(now: int) -> st.SearchStrategy[Contact]:
    """Somebody with any history."""
    recent = st.builds(
        RecentIntent,
        st.sampled_from(["int_7", "int_8", "int_9"]),
        st.just(now - HOUR),
        st.sampled_from(NAMES),
        st.integers(now - DAY, now + MINUTE),
        st.sampled_from(["", "same", "other"]),
    )
    return st.builds(
        lambda inbound, recents: Contact("con_1", ORGANIZATION, inbound=inbound, recent=tuple(recents)),
        st.dictionaries(st.sampled_from(NAMES), st.integers(now - 2 * DAY, now)),
        st.lists(recent, max_size=3, unique_by=lambda one: one.intent_id),
    )


@dataclass(frozen=True)
class Scene:
    """What the Gate is asked, and when."""

    intent: Intent
    view: View
    now: int

    def decide(self) -> Decision:
        """What it says."""
        return decide(self.intent, self.view, self.now)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """An intent in front of up to three numbers in any state, with any history."""
    names, now = NAMES[: draw(st.integers(0, 3))], NOON + draw(st.integers(0, 3 * DAY))
    view = a_view(*names, policy=draw(policies()), plan=draw(st.none() | st.integers(1, 20)))
    for name in names:
        for pause in draw(st.lists(st.integers(0, 2 * HOUR), max_size=12)):
            usage, instance = view.usage(name), view.instances[name]
            slot = usage.free_at(now - DAY + pause, limits_at(view.policy(name), instance, now))
            if slot <= now + HORIZON:
                view = used(view, name, slot, new_contact=draw(st.booleans()))
        view = changed(
            view,
            name,
            lifecycle=draw(st.sampled_from([Lifecycle.ACTIVE] * 4 + [Lifecycle.BANNED, Lifecycle.RETIRED])),
            connection=draw(st.sampled_from([Connection.CONNECTED] * 4 + [Connection.DISCONNECTED])),
            purpose=draw(st.sampled_from(InstancePurpose)),
            provider=draw(st.sampled_from(ProviderName)),
            paused=draw(st.sampled_from([None] * 4 + [Pause("operator usr_1", "why", now - HOUR)])),
            cooldown=draw(st.none() | st.just(Cooldown(now - HOUR, now + HOUR, "why"))),
            warmed_up=draw(st.booleans()),
            warmup_at=now - draw(st.integers(0, 12 * DAY)),
        )
    intent = an_intent(
        draw(st.sampled_from(Purpose)),
        origin=draw(st.sampled_from([Origin.API, Origin.CAMPAIGN])),
        category=draw(st.sampled_from(Category)),
        instance_id=draw(st.none() | st.sampled_from(NAMES)),
        send_at=draw(st.none() | st.integers(now - HOUR, now + HOUR)),
        expires_at=now + draw(st.integers(-MINUTE, 90 * DAY)),
        likeness="same",
        time_zone=draw(st.none() | st.just("Asia/Tokyo")),
    )
    person = draw(st.none() | contacts(now))
    return Scene(intent, someone(view, intent, person) if person else view, now)


@given(scenes())
@settings(max_examples=100)
def test_every_question_has_one_answer(scene: Scene) -> None:
    """A question the Gate cannot answer, or answers differently the second time, is a message nobody can explain."""
    decision = scene.decide()
    assert decision == scene.decide()
    event(f"{type(decision).__name__} {getattr(decision, 'reason', '')}")
    assert decision.trace
    if isinstance(decision, Approve):
        assert scene.now <= decision.not_before <= scene.now + HORIZON
        assert decision.not_before < decision.not_after <= scene.intent.request.expires_at
        assert decision.instance_id in scene.view.instances
    if isinstance(decision, Defer):
        assert (decision.until is None) is not (decision.parked_on is None)
    after = decided(scene.intent, decision, scene.now)
    assert isinstance(decision, Approve) is (after.approval == 1)


@given(scenes())
@settings(max_examples=100)
def test_a_wait_ends_and_leads_on(scene: Scene) -> None:
    """A message that is told to wait until an instant must be able to leave then, or it waits for ever."""
    decision = scene.decide()
    if not isinstance(decision, Defer) or decision.until is None:
        return
    assert decision.until > scene.now
    fresh = {name: replace(one, seen_at=decision.until) for name, one in scene.view.instances.items()}
    then = decide(scene.intent, replace(scene.view, instances=fresh), decision.until)
    assert not (isinstance(then, Defer) and then.reason is decision.reason), then
    if decision.until == scene.intent.request.expires_at:
        assert isinstance(then, Drop)
    elif isinstance(then, Block):
        assert then.reason not in WAITING


@given(scenes())
@settings(max_examples=100)
def test_who_waits_in_a_line_leaves_at_the_slot_it_was_told(scene: Scene) -> None:
    """The slot in a decision's trace is what an operator promises the customer who asks where the message is."""
    decision = scene.decide()
    if not isinstance(decision, Defer) or line_in(decision.parked_on or "") is None:
        return
    slots = [line.numbers["slot"] for line in decision.trace if "slot" in line.numbers]
    slot = min(at for at in slots if isinstance(at, int))
    waiting = decided(scene.intent, decision, scene.now)
    rested = {name: replace(one, seen_at=slot) for name, one in scene.view.instances.items()}
    then = decide(waiting, replace(scene.view, instances=rested), slot)
    assert isinstance(then, Approve if slot < scene.intent.request.expires_at else Drop), then


def looser(policy: Policy, data: st.DataObject) -> Policy:
    """A policy that is nowhere stricter."""
    draw = data.draw
    more = draw(st.integers(0, 5))
    warmup = draw(st.sampled_from([policy.warmup, None]))
    return replace(
        policy,
        per_minute=policy.per_minute + more,
        per_hour=policy.per_hour + more,
        per_day=policy.per_day + more,
        reply_share=draw(st.integers(0, policy.reply_share)),
        warmup=warmup,
        new_contacts=draw(st.sampled_from([policy.new_contacts, None])) if warmup == policy.warmup else None,
        quiet=draw(st.sampled_from([policy.quiet, None])),
        spacing=draw(st.integers(0, policy.spacing)),
        duplicate_window=draw(st.integers(0, policy.duplicate_window)),
        on_duplicate=draw(st.sampled_from([policy.on_duplicate, OnDuplicate.WAIT])),
        require_consent=policy.require_consent and draw(st.booleans()),
    )


@given(scenes(), st.data())
@settings(max_examples=100)
def test_a_stricter_policy_never_approves_what_a_laxer_one_refuses(scene: Scene, data: st.DataObject) -> None:
    """An operator who tightens a limit must not see more messages leave."""
    lax = looser(scene.view.organization.policy, data)
    laxer = replace(scene.view, organization=replace(scene.view.organization, policy=lax))
    if isinstance(scene.decide(), Approve):
        assert isinstance(decide(scene.intent, laxer, scene.now), Approve)


@given(policies(), st.lists(st.tuples(st.integers(0, 20 * MINUTE), st.booleans(), st.booleans()), max_size=60))
@settings(max_examples=60)
def test_no_history_of_decisions_ever_exceeds_a_window(policy: Policy, wishes: list[tuple[int, bool, bool]]) -> None:
    """The promise the product is bought for: whatever is asked in whatever order, no limit is ever passed."""
    view, now = a_view("ins_1", policy=replace(policy, quiet=None, spacing=0, duplicate_window=0)), NOON
    view = changed(view, "ins_1", warmed_up=False, warmup_at=NOON)
    left: list[tuple[int, bool, bool]] = []
    for number, (pause, reply, new) in enumerate(wishes):
        now += pause
        intent = an_intent(Purpose.REPLY if reply else Purpose.DISPATCH, name=f"int_{number}")
        decision = decide(intent, view if new else someone(view, intent), now)
        if isinstance(decision, Approve):
            view = used(view, "ins_1", decision.not_before, reply=reply, new_contact=decision.new_contact)
            left.append((decision.not_before, reply, decision.new_contact))
    for span, name in ((MINUTE, "minute"), (HOUR, "hour"), (DAY, "day")):
        for end, _, _ in left:
            limits = limits_at(view.policy("ins_1"), view.instances["ins_1"], end)
            inside = [one for one in left if end - span < one[0] <= end]
            assert len(inside) <= getattr(limits, name)
            if name == "day" and limits.new_contacts is not None:
                assert sum(new for _, _, new in inside) <= limits.new_contacts
