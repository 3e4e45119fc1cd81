"""People: their wishes, their names, and one contact however they are written to or write."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.application.contacts import ContactBook
from chalicelib.domain.contact import (
    CHECK_LIFETIME,
    KEPT_ALIASES,
    KEPT_NUMBERS,
    Alias,
    AliasKind,
    Contact,
    NumberCheck,
    canonical_phone,
)
from chalicelib.domain.errors import NotFound
from chalicelib.domain.preference import OPT_IN_WORDS, OPT_OUT_WORDS, OptOut, Preference, says
from chalicelib.domain.recent import KEPT_INTENTS
from chalicelib.domain.request import Request
from chalicelib.domain.values import DAY, Category, ContentType, Origin, Purpose, Reason, Target, TargetKind
from tests.fakes.clock import NOON
from tests.fakes.ids import FakeIds
from tests.fakes.numbers import INSTANCE, ORGANIZATION, SECOND_INSTANCE
from tests.fakes.store import FakeContacts

PHONE = Alias(AliasKind.PHONE, "+553187654321")
FULL_PHONE = Alias(AliasKind.PHONE, "+5531987654321")
JID = Alias(AliasKind.JID, "553187654321@s.whatsapp.net")
LID = Alias(AliasKind.LID, "99887766554433@lid")
STOP = Preference(OptOut.ALL, NOON, "contact", "3A01")
AGAIN = Preference(None, NOON + 1, "contact", "3A02")


def a_request(purpose: Purpose = Purpose.DISPATCH, category: Category = Category.UTILITY) -> Request:
    """Something to send."""
    target = Target(TargetKind.PHONE, FULL_PHONE.value)
    return Request(target, purpose, Origin.API, category, None, None, NOON + DAY, None, "f", ContentType.TEXT)


@pytest.fixture
def book() -> ContactBook:
    """Nobody known yet."""
    return ContactBook(FakeContacts(), FakeIds())


@pytest.mark.parametrize("text", ["SAIR", "sair", " Sair! ", "Sáir.", "*PARAR*", "stop", "Unsubscribe", "  \n SAIR \n"])
def test_a_word_on_its_own_opts_out(text: str) -> None:
    """A person who asks to stop would go on receiving messages."""
    assert says(text, OPT_OUT_WORDS)
    assert not says(text, OPT_IN_WORDS)


@pytest.mark.parametrize(
    "text", ["", "!!!", "não quero sair de casa", "SAIR do grupo?", "sairei", "pare com isso já", "👍"]
)
def test_a_word_inside_a_sentence_does_not(text: str) -> None:
    """A customer who merely uses the word would never hear from the shop again."""
    assert not says(text, OPT_OUT_WORDS)


@pytest.mark.parametrize(
    ("phone", "canonical"),
    [
        ("+553187654321", "+5531987654321"),
        ("+5531987654321", "+5531987654321"),
        ("+551187654321", "+5511987654321"),
        ("+553133334444", "+553133334444"),
        ("+14155552671", "+14155552671"),
        ("+5508001234567", "+5508001234567"),
    ],
)
def test_a_brazilian_mobile_has_one_form(phone: str, canonical: str) -> None:
    """The same person would be two contacts, and their opt-out would count for one of them."""
    assert canonical_phone(phone) == canonical
    assert canonical_phone(canonical) == canonical


def test_the_latest_wish_counts_in_any_order() -> None:
    """A "SAIR" that arrives late would undo a later opt-in, or the other way round."""
    for wishes in permutations((STOP, AGAIN, STOP)):
        contact = Contact("con_1", ORGANIZATION)
        for wish in wishes:
            contact = contact.prefers(wish)
        assert contact.preference == AGAIN
    assert Contact("con_1", ORGANIZATION, preference=AGAIN).prefers(STOP).preference is AGAIN


@pytest.mark.parametrize(
    ("scope", "category", "refused"),
    [
        (OptOut.ALL, Category.UTILITY, True),
        (OptOut.ALL, Category.MARKETING, True),
        (OptOut.MARKETING, Category.MARKETING, True),
        (OptOut.MARKETING, Category.UTILITY, False),
        (None, Category.MARKETING, False),
    ],
)
def test_an_opt_out_covers_what_it_says(scope: OptOut | None, category: Category, refused: bool) -> None:  # noqa: FBT001
    """A person who wants no advertising would miss their invoice, or get advertising."""
    contact = Contact("con_1", ORGANIZATION, preference=replace(STOP, opt_out=scope))
    reason = Reason.OPTED_OUT if refused else None
    assert contact.obstacle(a_request(category=category), NOON) is reason


def test_somebody_who_writes_again_may_be_answered() -> None:
    """A customer who opted out and then asks a question would get no answer."""
    contact = Contact("con_1", ORGANIZATION, preference=STOP, inbound={INSTANCE: NOON})
    assert contact.refuses(a_request(Purpose.REPLY))
    wrote = contact.heard(INSTANCE, NOON + 1, None)
    assert not wrote.refuses(a_request(Purpose.REPLY))
    assert wrote.refuses(a_request())


def test_a_number_that_is_not_there_is_believed_for_a_week() -> None:
    """A wrong number would be tried for ever, or one that joined later could never be reached."""
    contact = Contact("con_1", ORGANIZATION, check=NumberCheck(None, NOON))
    assert contact.obstacle(a_request(), NOON + CHECK_LIFETIME - 1) is Reason.RECIPIENT_NOT_ON_WHATSAPP
    assert contact.obstacle(a_request(), NOON + CHECK_LIFETIME) is None


@given(
    st.lists(st.tuples(st.sampled_from([f"ins_{n}" for n in range(12)]), st.integers(NOON, NOON + DAY)), max_size=40)
)
def test_a_contact_stays_small_and_knows_the_latest(heard: list[tuple[str, int]]) -> None:
    """A talkative customer's contact would outgrow its item, or answers would leave from the wrong number."""
    contact = Contact("con_1", ORGANIZATION)
    for index, (instance_id, at) in enumerate(heard):
        contact = contact.heard(instance_id, at, None).remembers(f"int_{index}", at)
        contact = contact.known_as([Alias(AliasKind.LID, f"{index:03d}@lid")])
    assert len(contact.inbound) <= KEPT_NUMBERS
    assert len(contact.recent) <= KEPT_INTENTS
    assert len(contact.aliases) <= KEPT_ALIASES
    if heard:
        assert contact.last_inbound == max(at for _, at in heard)
        assert contact.inbound[contact.sticky_instance or ""] == contact.last_inbound


def test_both_forms_and_the_hidden_name_are_one_person(book: ContactBook) -> None:
    """An opt-out from the form without the ninth digit would not stop messages to the form with it."""
    book.meet(ORGANIZATION, [LID, PHONE, JID], lambda contact: contact.prefers(STOP))
    target = Target(TargetKind.PHONE, FULL_PHONE.value)
    [known] = book.recipients(ORGANIZATION, {"int_1": target}).values()
    assert known.preference == STOP
    for alias in (LID, PHONE, FULL_PHONE, JID):
        assert book.find(ORGANIZATION, alias).id == known.id
    assert known.phone == FULL_PHONE.value


def test_a_hidden_person_is_merged_when_their_phone_is_learned(book: ContactBook) -> None:
    """An opt-out said from a hidden name before the phone was known would be forgotten."""
    hidden = book.meet(ORGANIZATION, [LID], lambda contact: contact.prefers(STOP).heard(INSTANCE, NOON, "Ana"))
    book.meet(ORGANIZATION, [FULL_PHONE], lambda contact: contact.heard(SECOND_INSTANCE, NOON - 1, None))
    known = book.meet(ORGANIZATION, [LID, FULL_PHONE], lambda contact: contact)
    assert known.id != hidden.id
    assert (known.preference, known.name, set(known.inbound)) == (STOP, "Ana", {INSTANCE, SECOND_INSTANCE})
    assert book.find(ORGANIZATION, LID).id == known.id
    assert book.find(ORGANIZATION, hidden.id).id == known.id
    again = book.meet(ORGANIZATION, [LID, FULL_PHONE], lambda contact: contact)
    assert again.version == known.version


def test_an_address_that_a_check_told_leads_back(book: ContactBook) -> None:
    """In countries whose addresses differ from their phones every answer would come from a stranger."""
    phone, address = "+525512345678", Alias(AliasKind.JID, "5215512345678@s.whatsapp.net")
    target = Target(TargetKind.PHONE, phone)
    known = book.learn(ORGANIZATION, target, [address], lambda one: one.checked(NumberCheck(address.value, NOON)))
    assert known.phone == phone
    writer = [Alias(AliasKind.PHONE, "+5215512345678"), address]
    assert book.meet(ORGANIZATION, writer, lambda contact: contact.prefers(STOP)).id == known.id


def test_people_of_another_organization_are_unknown(book: ContactBook) -> None:
    """One company's opt-outs, and who its customers are, would show in another's."""
    known = book.meet(ORGANIZATION, [LID, FULL_PHONE], lambda contact: contact.prefers(STOP))
    for name in (LID, FULL_PHONE, known.id):
        with pytest.raises(NotFound):
            book.find("org_2", name)
    assert book.recipients("org_2", {"int_1": Target(TargetKind.PHONE, FULL_PHONE.value)}) == {}
