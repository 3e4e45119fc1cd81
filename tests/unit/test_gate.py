"""The Gate's choices: which number, which slot, which wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.connection import Connection
from chalicelib.domain.contact import Contact
from chalicelib.domain.decision import Approve, Block, Defer, Drop, decided
from chalicelib.domain.gate import decide, interval_after, room
from chalicelib.domain.groups import KnownGroups
from chalicelib.domain.instance import InstancePurpose, Lifecycle
from chalicelib.domain.parking import Line, line_of
from chalicelib.domain.pause import Pause
from chalicelib.domain.policy import Policy
from chalicelib.domain.presets import MODERATE
from chalicelib.domain.quiet import QuietHours
from chalicelib.domain.usage import HORIZON
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND, Category, Origin, Purpose, Reason, Target, TargetKind
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION
from tests.fakes.views import a_view, an_intent, changed, someone, used

PAUSE = Pause("operator usr_1", "campaign under review", NOON - 1)
SLOW = Policy(per_minute=1, per_hour=1, per_day=5, min_interval=0, max_interval=0)


def approved(decision: object) -> Approve:
    """The decision, which must be an approval."""
    assert isinstance(decision, Approve), decision
    return decision


def deferred(decision: object) -> Defer:
    """The decision, which must be a deferral."""
    assert isinstance(decision, Defer), decision
    return decision


def test_a_free_number_gets_a_slot_now() -> None:
    """The plain case: a message that may leave leaves at once, with the numbers that allowed it."""
    decision = approved(decide(an_intent(), a_view("ins_1"), NOON))
    assert (decision.instance_id, decision.not_before) == ("ins_1", NOON)
    assert decision.trace[0].numbers["minute"] == "0/1000"


def test_an_expired_intent_is_dropped_before_anything_else() -> None:
    """A message whose time is over must never leave, not even when a number is free."""
    assert isinstance(decide(an_intent(expires_at=NOON), a_view("ins_1", paused=PAUSE), NOON), Drop)


def test_a_paused_organization_parks() -> None:
    """A pause loses nothing: what arrives waits on the organization until it resumes."""
    decision = deferred(decide(an_intent(), a_view("ins_1", paused=PAUSE), NOON))
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
        decision = deferred(decide(an_intent(instance_id=pinned), view, NOON))
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
    decision = approved(decide(an_intent(instance_id="ins_2"), a_view("ins_1", "ins_2"), NOON))
    assert decision.instance_id == "ins_2"


def test_a_free_number_is_preferred_to_a_dead_one() -> None:
    """One dead number must not hold a message that another could carry."""
    view = changed(a_view("ins_1", "ins_2"), "ins_1", connection=Connection.DISCONNECTED)
    decision = approved(decide(an_intent(), view, NOON))
    assert decision.instance_id == "ins_2"
    assert [line.numbers for line in decision.trace[1:]] == [{"instances": 1}]


def test_equal_numbers_share_the_load() -> None:
    """Thirty messages over three idle numbers: none may carry much more than its third, or it is the one banned."""
    view, carried = a_view("ins_1", "ins_2", "ins_3", policy=MODERATE), dict.fromkeys(("ins_1", "ins_2", "ins_3"), 0)
    for number in range(30):
        decision = approved(decide(an_intent(name=f"int_{number}"), view, NOON + number * 5 * SECOND))
        view = used(view, decision.instance_id, decision.not_before)
        carried[decision.instance_id] += 1
    assert max(carried.values()) <= 12


def test_a_reply_leaves_from_the_number_the_person_wrote_to() -> None:
    """An answer from a number the person never saw looks like fraud."""
    intent = an_intent(Purpose.REPLY)
    wrote = Contact("con_1", ORGANIZATION, inbound={"ins_1": NOON - DAY, "ins_2": NOON - HOUR})
    view = someone(a_view("ins_1", "ins_2", "ins_3"), intent, wrote)
    assert approved(decide(intent, view, NOON)).instance_id == "ins_2"
    gone = changed(view, "ins_2", connection=Connection.DISCONNECTED)
    assert deferred(decide(intent, gone, NOON)).parked_on == "ins_2"
    retired = changed(view, "ins_2", lifecycle=Lifecycle.RETIRED)
    assert approved(decide(intent, retired, NOON)).instance_id != "ins_2"


def test_other_messages_prefer_the_number_the_person_knows() -> None:
    """People report numbers they do not know."""
    intent = an_intent()
    wrote = Contact("con_1", ORGANIZATION, inbound={"ins_2": NOON - HOUR})
    view = used(someone(a_view("ins_1", "ins_2"), intent, wrote), "ins_2", NOON)
    assert approved(decide(intent, view, NOON)).instance_id == "ins_2"


def test_the_next_number_is_tried_when_the_reservation_was_lost() -> None:
    """Under load every decider would fight for one number while its neighbour stands idle."""
    view, intent = a_view("ins_1", "ins_2"), an_intent()
    first = approved(decide(intent, view, NOON)).instance_id
    second = approved(decide(intent, view, NOON, frozenset({first}))).instance_id
    assert {first, second} == {"ins_1", "ins_2"}
    alone = a_view("ins_1")
    assert approved(decide(intent, alone, NOON, frozenset({"ins_1"}))).instance_id == "ins_1"


def test_who_finds_no_room_joins_the_line_and_newcomers_join_behind() -> None:
    """Whoever came first must leave first, and nobody may be asked about again and again without need."""
    view = used(a_view("ins_1", policy=SLOW), "ins_1", NOON)
    decision = deferred(decide(an_intent(), view, NOON))
    place = line_of(ORGANIZATION, Line.DISPATCH)
    assert (decision.reason, decision.until, decision.parked_on) == (Reason.RATE_LIMIT, None, place)
    assert decision.trace[0].numbers["window"] == "hour"
    waiting = decided(an_intent(), decision, NOON)
    free = replace(a_view("ins_1"), lines={place: NOON})
    behind = deferred(decide(an_intent(name="int_2"), free, NOON))
    assert (behind.parked_on, behind.trace[0].numbers["window"]) == (place, "line")
    approved(decide(waiting, free, NOON))


def test_who_stays_in_a_line_is_not_written_again() -> None:
    """Each look at a long line would cost a write for everybody in it, and fill their timelines."""
    view = used(a_view("ins_1", policy=SLOW), "ins_1", NOON)
    waiting = decided(an_intent(), decide(an_intent(), view, NOON), NOON)
    assert decided(waiting, decide(waiting, view, NOON + MINUTE), NOON + MINUTE) is waiting


@pytest.mark.parametrize(
    ("line", "campaign", "goes"),
    [(Line.DISPATCH, True, False), (Line.CAMPAIGN, False, True), (Line.REPLIES, False, False)],
)
def test_a_campaign_waits_behind_everything_else(line: Line, *, campaign: bool, goes: bool) -> None:
    """An order's confirmation would wait for days behind ten thousand advertisements."""
    policy = replace(FAST, quiet=QuietHours(22 * 60, 6 * 60))
    view = replace(a_view("ins_1", policy=policy), lines={line_of(ORGANIZATION, line): NOON})
    decision = decide(an_intent(origin=Origin.CAMPAIGN if campaign else Origin.API), view, NOON)
    assert isinstance(decision, Approve) is goes


def test_a_slot_after_the_expiry_is_no_slot() -> None:
    """A message must not leave at a moment at which it is worthless, nor miss a limit that is raised before."""
    view = used(a_view("ins_1", policy=SLOW), "ins_1", NOON)
    soon = NOON + 10 * MINUTE
    decision = deferred(decide(an_intent(expires_at=soon), view, NOON))
    assert (decision.until, decision.parked_on) == (None, line_of(ORGANIZATION, Line.DISPATCH))
    rests = replace(FAST, quiet=QuietHours(0, 23 * 60))
    decision = deferred(decide(an_intent(expires_at=soon, origin=Origin.CAMPAIGN), a_view("ins_1", policy=rests), NOON))
    assert (decision.until, decision.parked_on) == (soon, None)


def test_as_many_are_asked_about_as_there_is_room_for() -> None:
    """The minute's look at a line would read messages that cannot leave, or never look at those that can."""
    place = line_of(ORGANIZATION, Line.DISPATCH)
    full = used(a_view("ins_1", policy=SLOW), "ins_1", NOON)
    assert room(full, place, NOON, 25) == 0
    assert room(full, place, NOON + 61 * MINUTE - HORIZON, 25) == 1
    assert room(a_view("ins_1"), place, NOON, 25) == 25
    assert room(a_view("ins_1", "ins_2", policy=SLOW), place, NOON, 25) == 2
    assert room(changed(a_view("ins_1"), "ins_1", paused=PAUSE), place, NOON, 25) == 0


def test_an_approval_ends_where_quiet_hours_begin() -> None:
    """A message approved at 20:59 and sent at 21:01 wakes somebody all the same."""
    evening = NOON + 13 * HOUR  # the tests' noon is five in the morning in São Paulo
    policy = replace(FAST, quiet=QuietHours(18 * 60, 8 * 60))
    decision = approved(decide(an_intent(origin=Origin.CAMPAIGN), a_view("ins_1", policy=policy), evening - MINUTE))
    assert decision.not_after == evening


@pytest.mark.parametrize("number", range(20))
def test_the_pause_after_a_slot_is_drawn_from_the_policys_range(number: int) -> None:
    """A pause outside the range breaks the promise; the same intent must always draw the same."""
    name = f"int_{number}"
    assert MODERATE.min_interval <= interval_after(name, MODERATE) <= MODERATE.max_interval
    assert interval_after(name, MODERATE) == interval_after(name, MODERATE)


def test_a_number_that_asks_for_consent_sends_no_marketing_without_it() -> None:
    """A number that somebody told to be stricter than its organization would not be."""
    lax = replace(FAST, require_consent=False)
    view = changed(a_view("ins_1", "ins_2", policy=lax), "ins_1", policy=FAST)
    offer = an_intent(category=Category.MARKETING)
    assert approved(decide(offer, view, NOON)).instance_id == "ins_2"
    refused = decide(replace(offer, request=replace(offer.request, instance_id="ins_1")), view, NOON)
    assert isinstance(refused, Block)
    assert refused.reason is Reason.NO_CONSENT


def test_a_number_with_a_line_of_its_own_is_spared_and_not_overtaken() -> None:
    """Who insists on a number would be overtaken by everybody who could use another one."""
    pinned = {line_of("ins_1", Line.DISPATCH): NOON}
    pool = replace(a_view("ins_1", "ins_2"), lines=pinned)
    assert approved(decide(an_intent(), pool, NOON)).instance_id == "ins_2"
    alone = replace(a_view("ins_1"), lines=pinned)
    assert deferred(decide(an_intent(), alone, NOON)).parked_on == line_of(ORGANIZATION, Line.DISPATCH)


def test_a_group_of_one_number_waits_for_that_number_alone() -> None:
    """Messages to a group that only a full number is in would stop everybody else's at the head of the common line."""
    group = "120363025246125486@g.us"
    asked = an_intent(target=Target(TargetKind.GROUP, group))
    view = used(a_view("ins_1", "ins_2", policy=SLOW), "ins_1", NOON)
    view = replace(view, groups={"ins_1": KnownGroups.of([group], NOON), "ins_2": KnownGroups.of([], NOON)})
    assert deferred(decide(asked, view, NOON)).parked_on == line_of("ins_1", Line.DISPATCH)
