"""What a contact remembers of messages to it: the facts the Gate asks for, and what must survive forgetting."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact import KEPT_NUMBERS, Contact
from chalicelib.domain.intent import Intent
from chalicelib.domain.recent import KEPT_INTENTS, Outbound
from chalicelib.domain.request import Request
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import (
    DAY,
    MINUTE,
    SECOND,
    Category,
    ContentType,
    Origin,
    Purpose,
    Target,
    TargetKind,
)
from tests.fakes.clock import NOON
from tests.fakes.numbers import INSTANCE, ORGANIZATION, SECOND_INSTANCE

BLANK = Contact("con_1", ORGANIZATION)
HELLO, OTHER = "hhhhhhhhhhhh", "oooooooooooo"
NUMBERS = (INSTANCE, SECOND_INSTANCE)
A_NUMBER, A_SLOT = st.sampled_from(NUMBERS), st.integers(NOON, NOON + DAY)


def an_intent(number: int, at: int = NOON, likeness: str = HELLO) -> Intent:
    """An accepted intent for the person."""
    request = Request(
        target=Target(TargetKind.PHONE, "+5511987654321"),
        purpose=Purpose.DISPATCH,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=None,
        send_at=None,
        expires_at=at + DAY,
        external_id=None,
        fingerprint="f",
        content_type=ContentType.TEXT,
        likeness=likeness,
    )
    return Intent(f"int_{number}", ORGANIZATION, request).record(EventType.ACCEPTED, at, "client key_1")


def test_nobody_is_known_at_first() -> None:
    """The first message of a campaign to strangers would pass as one among acquaintances."""
    asked = BLANK.remembers("int_1", NOON)
    assert not asked.knows(INSTANCE, but="int_2")
    assert (asked.last_slot("int_2"), asked.same_content(HELLO, "int_2"), asked.locked_until(INSTANCE)) == (0, 0, 0)


def test_an_approval_is_a_fact_for_every_other_intent() -> None:
    """Two messages at once would both leave, both as the first one, in spite of spacing and duplicates."""
    contact = BLANK.remembers("int_1", NOON).approved(an_intent(1), INSTANCE, NOON + SECOND)
    assert len(contact.recent) == 1
    assert contact.knows(INSTANCE, but="int_2")
    assert not contact.knows(SECOND_INSTANCE, but="int_2")
    assert contact.last_slot("int_2") == NOON + SECOND
    assert contact.same_content(HELLO, "int_2") == NOON + SECOND
    assert contact.same_content(OTHER, "int_2") == 0


def test_an_intent_never_matches_itself() -> None:
    """Every message that is decided again after a pause would be blocked as its own duplicate."""
    contact = BLANK.approved(an_intent(1), INSTANCE, NOON)
    assert not contact.knows(INSTANCE, but="int_1")
    assert (contact.last_slot("int_1"), contact.same_content(HELLO, "int_1")) == (0, 0)


def test_what_has_no_likeness_is_never_a_duplicate() -> None:
    """The second thumbs-up to a customer would be refused because there was a first."""
    contact = BLANK.approved(an_intent(1, likeness=""), INSTANCE, NOON)
    assert contact.same_content("", "int_2") == 0


def test_an_approval_taken_back_never_was() -> None:
    """A cancelled message would hold back the next one, and count as the one it repeats."""
    asked = BLANK.remembers("int_1", NOON)
    approved = asked.approved(an_intent(1), INSTANCE, NOON + SECOND)
    assert approved.taken_back("int_1") == asked
    assert approved.taken_back("int_2") is approved
    assert asked.taken_back("int_1") is asked
    again = approved.approved(an_intent(1), SECOND_INSTANCE, NOON + MINUTE)
    assert [(one.instance_id, one.slot) for one in again.recent] == [(SECOND_INSTANCE, NOON + MINUTE)]


def test_the_same_approval_twice_changes_nothing() -> None:
    """Deciding again would write every contact again."""
    approved = BLANK.approved(an_intent(1), INSTANCE, NOON)
    assert approved.approved(an_intent(1), INSTANCE, NOON) is approved


@pytest.mark.parametrize("wrote", [True, False])
def test_who_was_ever_written_to_stays_known(wrote: bool) -> None:  # noqa: FBT001 - two ways to know somebody
    """A customer of years would use up the budget for new contacts, and be stopped by a reach-out lock."""
    contact = BLANK.heard(INSTANCE, NOON, None) if wrote else BLANK.approved(an_intent(0), INSTANCE, NOON)
    for number in range(1, 3 * KEPT_INTENTS):
        contact = contact.approved(an_intent(number), SECOND_INSTANCE, NOON + number * SECOND)
    assert "int_0" not in {one.intent_id for one in contact.recent}
    assert contact.knows(INSTANCE, but="int_x")
    if not wrote:
        assert contact.outbound[INSTANCE] == Outbound(NOON, NOON)
    folded = contact.outbound[SECOND_INSTANCE]
    assert (folded.first, folded.last) == (NOON + SECOND, contact.recent[0].slot - SECOND)


def test_refusals_do_not_push_out_what_was_sent() -> None:
    """A client that repeats a blocked duplicate often enough would get it through."""
    contact = BLANK.approved(an_intent(0), INSTANCE, NOON)
    for number in range(1, 5 * KEPT_INTENTS):
        contact = contact.remembers(f"int_{number}", NOON + number)
    assert contact.same_content(HELLO, "int_x") == NOON
    assert contact.recent[-1].intent_id == f"int_{5 * KEPT_INTENTS - 1}"


def test_a_lock_is_never_shortened() -> None:
    """A second report of the same lock, read late, would let new contacts through early."""
    contact = BLANK.locked(INSTANCE, NOON + DAY)
    assert contact.locked(INSTANCE, NOON + MINUTE) is contact
    assert contact.locked(INSTANCE, NOON + 2 * DAY).locked_until(INSTANCE) == NOON + 2 * DAY
    assert contact.locked_until(SECOND_INSTANCE) == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30), A_NUMBER, A_SLOT), max_size=60))
def test_forgetting_loses_no_fact_but_old_contents(steps: list[tuple[bool, int, str, int]]) -> None:
    """Somebody who gets many messages would become a stranger, or get two at once."""
    contact, slots = BLANK, dict[int, tuple[str, int]]()
    for approve, number, instance_id, slot in steps:
        if approve:
            contact = contact.approved(an_intent(number), instance_id, slot)
            slots[number] = (instance_id, slot)
        else:
            contact = contact.remembers(f"int_{number}", NOON)
    assert len(contact.recent) <= KEPT_INTENTS
    assert contact.recent == tuple(sorted(contact.recent, key=lambda one: one.latest))
    assert contact.last_slot("int_x") >= max((slot for _, slot in slots.values()), default=0)
    for instance_id in NUMBERS:
        written = any(name == instance_id for name, _ in slots.values())
        assert contact.knows(instance_id, "int_x") or not written


@given(st.lists(st.tuples(st.integers(0, 30), A_NUMBER, A_SLOT), max_size=30), st.integers(0, 30))
def test_two_contacts_that_are_one_person_keep_what_both_knew(written: list[tuple[int, str, int]], cut: int) -> None:
    """A person known by two names would be a stranger again after they turned out to be one."""

    def after(parts: list[tuple[int, str, int]]) -> Contact:
        return reduce(lambda one, part: one.approved(an_intent(part[0]), part[1], part[2]), parts, BLANK)

    ours = after(written[:cut])
    theirs = after([(number + 31, name, slot) for number, name, slot in written[cut:]]).locked(INSTANCE, NOON)
    both = ours.absorbs(theirs)
    assert both.absorbs(theirs) is both
    assert both.last_slot("int_x") == max(ours.last_slot("int_x"), theirs.last_slot("int_x"))
    assert both.locked_until(INSTANCE) == NOON
    for instance_id in NUMBERS:
        known = ours.knows(instance_id, "int_x") or theirs.knows(instance_id, "int_x")
        assert both.knows(instance_id, "int_x") == known


def test_a_reservation_survives_being_merged_with_the_same_intent_without_one() -> None:
    """A message on its way would be forgotten when the recipient's two names are joined."""
    asked = BLANK.remembers("int_1", NOON)
    approved = asked.approved(an_intent(1), INSTANCE, NOON + SECOND)
    assert asked.absorbs(approved).recent == approved.recent == approved.absorbs(asked).recent


def test_few_numbers_are_kept() -> None:
    """A contact would outgrow its item in an organization with many numbers."""
    contact = BLANK
    for number in range(4 * KEPT_INTENTS):
        contact = contact.approved(an_intent(number), f"ins_{number}", NOON + number).locked(f"ins_{number}", number)
    assert len(contact.outbound) == KEPT_NUMBERS == len(contact.locks)
    latest = 4 * KEPT_INTENTS - KEPT_INTENTS - 1
    assert contact.outbound[f"ins_{latest}"].last == NOON + latest
    assert contact.locked_until(f"ins_{4 * KEPT_INTENTS - 1}") > contact.locked_until("ins_0") == 0
    assert replace(contact, outbound={}).knows(f"ins_{4 * KEPT_INTENTS - 1}", "int_x")
