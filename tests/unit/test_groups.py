"""Messages to groups: from a number that is in the group, without the rules that are about one person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ulid import ULID

from chalicelib.application.contacts import ContactBook
from chalicelib.application.ports.provider import Group
from chalicelib.domain.connection import Connection
from chalicelib.domain.consent import Consent, LegalBasis
from chalicelib.domain.contact import Alias, AliasKind, Contact
from chalicelib.domain.decision import Approve, Block, Defer
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.gate import decide
from chalicelib.domain.groups import ABSENCE_LIFETIME, KEPT_GROUPS, KnownGroups
from chalicelib.domain.outcome import Failing, FailureClass, NotSent
from chalicelib.domain.reachout import Lock, Reachout
from chalicelib.domain.status import Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, HOUR, MINUTE, Category, Reason, Target, TargetKind, Text, is_group_id
from chalicelib.entrypoints.web.views.phones import masked
from tests.fakes.clock import NOON
from tests.fakes.ids import FakeIds
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.store import FakeContacts
from tests.fakes.views import a_view, an_intent, changed, someone, used
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.application.intake import Draft
    from chalicelib.domain.policy import Policy

GROUP = Target(TargetKind.GROUP, "120363041234567890@g.us")
MESSAGE = an_intent(target=GROUP)
IN_IT = KnownGroups.of([GROUP.value], NOON)
NOT_IN_IT = KnownGroups.of(["120363099999999999@g.us"], NOON)
REFUSED = NotSent(FailureClass.NOT_IN_GROUP, "HTTP 500: you're not participating in that group")


def to_group(**changes: object) -> Draft:
    """A wish for a group."""
    return replace(draft(), target=GROUP, **changes)  # type: ignore[arg-type]


def member(world: World, *group_ids: str) -> None:
    """Let every number's provider say which groups it is in."""
    world.provider.member_of = [Group(one, "Clientes", 3) for one in group_ids]


@pytest.mark.parametrize("pinned", [None, "ins_1"])
def test_a_number_that_was_never_asked_is_tried(pinned: str | None) -> None:
    """Nobody could write to a group before somebody had listed every number's groups."""
    decision = decide(an_intent(target=GROUP, instance_id=pinned), a_view("ins_1"), NOON)
    assert isinstance(decision, Approve)


def test_a_number_that_is_known_to_be_in_the_group_comes_first() -> None:
    """The message would be tried from a number that nobody knows to be in the group, although one is."""
    view = replace(used(a_view("ins_1", "ins_2"), "ins_2", NOON - MINUTE), groups={"ins_2": IN_IT})
    decision = decide(MESSAGE, view, NOON)
    assert isinstance(decision, Approve)
    assert decision.instance_id == "ins_2"


def test_a_group_without_any_of_the_numbers_is_refused() -> None:
    """Every message to a group that the numbers left would be tried again and again."""
    view = replace(a_view("ins_1", "ins_2"), groups={"ins_1": NOT_IN_IT, "ins_2": NOT_IN_IT})
    decision = decide(MESSAGE, view, NOON)
    assert isinstance(decision, Block)
    assert decision.reason is Reason.NOT_IN_GROUP


def test_that_a_number_is_in_no_such_group_is_believed_for_ten_minutes() -> None:
    """Somebody adds the number, and its messages would be refused for ever."""
    view = replace(a_view("ins_1"), groups={"ins_1": NOT_IN_IT})
    assert isinstance(decide(MESSAGE, view, NOON + ABSENCE_LIFETIME - 1), Block)
    assert isinstance(decide(MESSAGE, view, NOON + ABSENCE_LIFETIME), Approve)


@pytest.mark.parametrize(("groups", "kind"), [(KEPT_GROUPS, Block), (KEPT_GROUPS + 1, Approve)])
def test_of_a_number_in_very_many_groups_a_missing_one_says_nothing(groups: int, kind: type[object]) -> None:
    """The group that was the 501st would never be written to."""
    known = KnownGroups.of((f"12036300000000{number:04d}@g.us" for number in range(groups)), NOON)
    assert len(known.groups) == KEPT_GROUPS
    assert isinstance(decide(MESSAGE, replace(a_view("ins_1"), groups={"ins_1": known}), NOON), kind)


def test_a_group_is_nobody_new() -> None:
    """Groups would use up the day's new people, and a lock on new chats would stop them."""
    policy: Policy = replace(FAST, new_contacts=1)
    view = used(a_view("ins_1", policy=policy), "ins_1", NOON - HOUR, new_contact=True)
    locked = changed(view, "ins_1", reachout=Reachout(lock=Lock(NOON, NOON + DAY)))
    assert isinstance(decide(an_intent(), view, NOON), Defer)
    assert isinstance(decide(an_intent(), locked, NOON), Defer)
    decision = decide(MESSAGE, locked, NOON)
    assert isinstance(decision, Approve)
    assert not decision.new_contact


def test_marketing_to_a_group_needs_a_consent_that_was_written_down_for_it() -> None:
    """Offers would go to dozens of people at once of whom nobody knows whether they agreed."""
    marketing = an_intent(target=GROUP, category=Category.MARKETING)
    blank = Contact("con_g", ORGANIZATION, aliases=(Alias(AliasKind.GROUP, GROUP.value),))
    agreed = Consent(Category.MARKETING, LegalBasis.CONSENT, "regras do grupo", NOON - DAY, "print", "client key_1")
    refused = decide(marketing, someone(a_view("ins_1"), marketing, blank), NOON)
    assert isinstance(refused, Block)
    assert refused.reason is Reason.NO_CONSENT
    view = someone(a_view("ins_1", policy=replace(FAST, quiet=None)), marketing, blank.agrees(agreed))
    assert isinstance(decide(marketing, view, NOON), Approve)


def test_a_group_is_spaced_and_not_told_the_same_twice() -> None:
    """A loop in a client would flood a group with one text."""
    world = World(policy=replace(FAST, spacing=HOUR, duplicate_window=DAY))
    world.submit(to_group())
    same = world.submit(to_group())
    assert (same.status, same.reason) == (Status.BLOCKED, Reason.DUPLICATE_CONTENT)
    other = world.submit(replace(to_group(), content=Text("Outra coisa")))
    assert (other.status, other.reason) == (Status.QUEUED, Reason.RECIPIENT_COOLDOWN)
    assert world.submit().status is Status.APPROVED


def test_a_message_to_a_group_goes_to_its_id_and_nobody_asks_whether_that_is_a_phone() -> None:
    """Every batch with a group in it would ask WhatsApp for a phone that is none, and name a wrong recipient."""
    world = World()
    intent = world.submit(to_group())
    world.submit()
    world.work()
    assert world.now(intent).status is Status.SENT
    assert world.provider.checks == [("+5511987654321",)]
    sent = next(one for one in world.provider.sent if one.intent_id == intent.id)
    assert (sent.target, sent.address) == (GROUP, None)
    assert "groups" not in world.provider.calls


def test_a_number_that_turns_out_not_to_be_in_the_group_makes_way_for_one_that_is() -> None:
    """A message that another number could deliver would fail for good."""
    world = World(instances=(INSTANCE, SECOND_INSTANCE))
    member(world, "120363099999999999@g.us")
    world.provider.answers = [REFUSED]
    intent = world.submit(to_group())
    first = world.now(intent).instance_id
    world.work()
    world.answer()
    again = world.now(intent)
    assert again.status is Status.APPROVED
    assert {first, again.instance_id} == {INSTANCE, SECOND_INSTANCE}
    world.work()
    assert world.now(intent).status is Status.SENT
    assert len(world.provider.sent) == 2


def test_a_group_that_no_number_is_in_is_refused_after_one_try_each() -> None:
    """Every number would be tried over and over, or the client would never learn why nothing arrives."""
    world = World()
    member(world)
    world.provider.answers = [REFUSED]
    intent = world.submit(to_group())
    world.work()
    world.answer()
    ended = world.now(intent)
    assert (ended.status, ended.reason) == (Status.BLOCKED, Reason.NOT_IN_GROUP)
    assert len(world.provider.sent) == 1
    assert world.provider.calls == ["groups"]
    refused = world.submit(to_group(content=Text("Mais uma")))
    assert (refused.status, refused.reason) == (Status.BLOCKED, Reason.NOT_IN_GROUP)
    assert world.instance().lifecycle.name == "ACTIVE"


def test_one_refusal_is_enough_for_all_that_is_under_way_to_a_group() -> None:
    """Ten messages to a group that was left would cost ten refusals, which WhatsApp may count."""
    world = World()
    member(world)
    world.provider.answers = [REFUSED]
    intents = [world.submit(to_group(content=Text(f"Nº {one}"))) for one in range(4)]
    person = world.submit()
    world.work()
    assert len(world.provider.sent) == 2
    world.answer()
    assert {world.now(one).status for one in intents} == {Status.BLOCKED}
    assert world.now(person).status is Status.SENT


def test_each_of_many_numbers_is_tried_once() -> None:
    """A message would fail although the last of many numbers could deliver it, or use up its attempts on the way."""
    names = [f"ins_{ULID.from_int(number)}" for number in range(1, 10)]
    world = World(instances=tuple(names))
    member(world)
    world.provider.answers = [REFUSED] * 8
    intent = world.submit(to_group())
    for _ in names:
        world.work()
        world.answer()
    ended = world.now(intent)
    assert (ended.status, ended.attempts) == (Status.SENT, 1)
    tried = [event.data["instance_id"] for event in ended.timeline if event.type is EventType.APPROVED]
    assert sorted(tried) == names


@pytest.mark.parametrize("listed", [None, GROUP.value])
def test_the_tries_end_even_when_nobody_can_tell_which_groups_a_number_is_in(listed: str | None) -> None:
    """A message would go round between the Gate and the engine until it expires."""
    world = World()
    member(world, GROUP.value)
    world.provider.down = listed is None
    world.provider.answers = [REFUSED] * 20
    intent = world.submit(to_group())
    for _ in range(20):
        world.work()
        world.clock.advance(10 * 60)
        world.change_instance(Connection.CONNECTED)
        world.sweep()
    ended = world.now(intent)
    assert (ended.status, ended.reason) == (Status.FAILED, Failing.RETRIES_EXHAUSTED)
    assert len(world.provider.sent) == ended.attempts == 6


def test_what_a_provider_lists_is_what_the_gate_goes_by() -> None:
    """An operator adds the number, looks at its groups, and the message would still be refused."""
    world = World()
    world.organizations.groups[INSTANCE] = KnownGroups.of([], world.clock.now())
    assert world.submit(to_group()).reason is Reason.NOT_IN_GROUP
    member(world, GROUP.value)
    assert [one.id for one in world.sessions.groups(ORGANIZATION, INSTANCE)] == [GROUP.value]
    assert world.submit(to_group()).status is Status.APPROVED
    world.provider.down = True
    with pytest.raises(ProviderUnavailable):
        world.sessions.groups(ORGANIZATION, INSTANCE)
    assert world.organizations.groups[INSTANCE].has(next(iter(IN_IT.groups)))


def test_a_refusal_in_a_group_locks_nobody_new_out() -> None:
    """A number would stop writing to new people because of a group."""
    world = World()
    world.provider.answers = [NotSent(FailureClass.REACHOUT_LOCK, "463")]
    intent = world.submit(to_group())
    world.work()
    assert (world.now(intent).status, world.now(intent).reason) == (Status.FAILED, FailureClass.TOKEN_PROBLEM)
    assert world.instance().reachout.lock is None
    assert world.submit().status is Status.APPROVED


def test_a_group_is_one_contact_by_its_id_whoever_asks() -> None:
    """A consent written down for a group would not be the one that the Gate looks for."""
    book = ContactBook(FakeContacts(), FakeIds())
    alias = Alias(AliasKind.GROUP, GROUP.value)
    met = book.meet(ORGANIZATION, [alias], lambda contact: contact)
    assert book.recipients(ORGANIZATION, {"int_1": GROUP}) == {"int_1": met}
    assert met == replace(book.blank(ORGANIZATION, GROUP), version=1)
    assert (met.phone, met.aliases) == (None, (alias,))
    assert book.find(ORGANIZATION, alias) == met
    person = Target(TargetKind.PHONE, "+120363041234567")
    assert book.id_of(ORGANIZATION, person) != met.id


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("120363041234567890@g.us", True),
        ("5511987654321-1445268123@g.us", True),
        ("120363041234567890", False),
        ("0120363041234567890@g.us", False),
        ("5511987654321@s.whatsapp.net", False),
        ("120363041234567890@g.us\n", False),
        ("120363041234567890@g.us.example.org", False),
        ("-1445268123@g.us", False),
    ],
)
def test_what_a_groups_id_looks_like(text: str, *, fits: bool) -> None:
    """A person's address taken for a group's would be written to without a single rule about people."""
    assert is_group_id(text) is fits


def test_a_groups_id_is_masked_like_a_phone() -> None:
    """A viewer would read the phone of whoever made an old group in its id."""
    assert masked("5511987654321-1445268123@g.us") == "55119 •••• 123@g.us"
    assert masked("12345@g.us") == "••••@g.us"
