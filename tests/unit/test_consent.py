"""Consent: what a person agreed to, what outweighs it, and that nothing brings it back by itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from chalicelib.domain.consent import Consent, LegalBasis, Withdrawal
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.preference import OptOut, Preference
from chalicelib.domain.values import DAY, Category
from tests.fakes.clock import NOON
from tests.fakes.numbers import ORGANIZATION

BLANK = Contact("con_1", ORGANIZATION)
GIVEN = Consent(Category.MARKETING, LegalBasis.CONSENT, "checkout", NOON, "order 17", "client key_1")
END = Withdrawal(NOON + 2, "operator usr_1", "called")
STOP = Preference(OptOut.ALL, NOON + 1, "contact", "3A01")
BACK = Preference(None, NOON + 3, "contact", "3A02")


def test_without_a_consent_there_is_none() -> None:
    """Advertising would reach people who never asked for it; a consent to invoices is none to advertising."""
    assert not BLANK.consented(NOON)
    assert not BLANK.agrees(replace(GIVEN, purpose=Category.UTILITY)).consented(NOON)
    assert BLANK.agrees(GIVEN).consented(NOON)
    assert not BLANK.agrees(GIVEN).consented(NOON - 1)


@pytest.mark.parametrize("scope", OptOut)
def test_an_opt_out_outweighs_an_earlier_consent(scope: OptOut) -> None:
    """Whoever says SAIR would go on counting as somebody who agreed."""
    contact = BLANK.agrees(GIVEN).prefers(replace(STOP, opt_out=scope))
    assert not contact.consented(NOON + DAY)
    same_moment = BLANK.agrees(GIVEN).prefers(replace(STOP, opt_out=scope, at=NOON))
    assert not same_moment.consented(NOON + DAY)
    assert BLANK.prefers(STOP).agrees(replace(GIVEN, at=NOON + 2)).consented(NOON + DAY)


def test_an_opt_in_gives_back_what_there_was_and_creates_nothing() -> None:
    """VOLTAR, said by somebody who never agreed to advertising, would let it through."""
    assert not BLANK.prefers(STOP).prefers(BACK).consented(NOON + DAY)
    assert BLANK.agrees(GIVEN).prefers(STOP).prefers(BACK).consented(NOON + DAY)


def test_a_withdrawn_consent_stays_withdrawn() -> None:
    """A nightly import of the same old consent would undo what the person said."""
    contact = BLANK.agrees(GIVEN).withdraws(Category.MARKETING, END)
    assert not contact.consented(NOON + DAY)
    assert contact.agrees(GIVEN) is contact
    assert contact.withdraws(Category.MARKETING, replace(END, at=NOON + 9)) is contact
    assert BLANK.withdraws(Category.MARKETING, END) is BLANK
    assert contact.agrees(replace(GIVEN, at=NOON + 3)).consented(NOON + DAY)


def test_the_latest_counts_in_any_order_one_per_purpose() -> None:
    """What is told late would replace what holds, and a contact would grow with every import."""
    newer, bills = replace(GIVEN, at=NOON + 5), replace(GIVEN, purpose=Category.UTILITY)
    for order in permutations((GIVEN, newer, bills)):
        contact = BLANK
        for one in order:
            contact = contact.agrees(one)
        assert set(contact.consents) == {newer, bills}
    hidden = Contact("con_2", ORGANIZATION).agrees(GIVEN).withdraws(Category.MARKETING, END)
    assert not BLANK.agrees(GIVEN).absorbs(hidden).consented(NOON + DAY)
    assert not hidden.absorbs(BLANK.agrees(GIVEN)).consented(NOON + DAY)


@pytest.mark.parametrize("basis", [LegalBasis.CONTRACT, LegalBasis.LEGAL_OBLIGATION])
def test_no_contract_is_a_basis_for_advertising(basis: LegalBasis) -> None:
    """An import with the wrong column would make everybody reachable for campaigns."""
    with pytest.raises(InvalidInput) as refused:
        replace(GIVEN, legal_basis=basis)
    assert refused.value.pointer == "/legal_basis"
    assert replace(GIVEN, purpose=Category.UTILITY, legal_basis=basis).holds(NOON)
