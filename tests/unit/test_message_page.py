"""How often a message's page asks for news, and which phone a text means."""

from __future__ import annotations

import pytest

from chalicelib.domain.attempt import receipt
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.values import MINUTE
from chalicelib.entrypoints.web.views.message import due_of
from chalicelib.entrypoints.web.views.phones import read_phone
from tests.fakes.clock import NOON
from tests.unit.test_intent import a_state


@pytest.mark.parametrize(
    ("status", "due"),
    [
        (Status.PENDING, 3),
        (Status.QUEUED, 3),
        (Status.APPROVED, 3),
        (Status.SENDING, 3),
        (Status.UNCONFIRMED, 3),
        (Status.SENT, 10),
        (Status.BLOCKED, None),
        (Status.FAILED, None),
        (Status.DROPPED, None),
    ],
)
def test_a_page_asks_while_something_may_come(status: Status, due: int | None) -> None:
    """A page that stops too early shows an old state; one that never stops costs a read every three seconds."""
    assert due_of(a_state(status), NOON) == due


def test_receipts_are_waited_for_as_long_as_they_are_likely() -> None:
    """Many people switch receipts for reading off: a page left open would ask for them for ever."""
    sent = a_state(Status.SENT)
    assert due_of(sent, NOON + 10 * MINUTE - 1) == 10
    assert due_of(sent, NOON + 10 * MINUTE) is None
    assert due_of(receipt(sent, Delivery.DELIVERED, "wire", NOON, NOON), NOON) == 10
    assert due_of(receipt(sent, Delivery.READ, "wire", NOON, NOON), NOON) is None


@pytest.mark.parametrize(
    ("text", "looked_for", "written_to"),
    [
        ("+55 (11) 98765-4321", "+5511987654321", "+5511987654321"),
        ("5511987654321", "+5511987654321", "+5511987654321"),
        (" 11 98765-4321 ", "+5511987654321", "+5511987654321"),
        ("011 98765.4321", "+5511987654321", "+5511987654321"),
        ("+1 202-456-1111", "+12024561111", "+12024561111"),
        # Santa Catarina, or Deggendorf.
        ("49 99123-4567", "+49991234567", None),
        ("98765-4321", "+987654321", None),
        ("abc", None, None),
        ("", None, None),
        ("+55 11 CALL-NOW", None, None),
    ],
)
def test_a_phone_is_read_as_it_is_written(text: str, looked_for: str | None, written_to: str | None) -> None:
    """A message to a guessed phone reaches a stranger; a search by one only finds nothing."""
    assert read_phone(text, "pt-BR") == looked_for
    assert read_phone(text, "pt-BR", guess=False) == written_to


def test_without_a_country_nothing_is_added() -> None:
    """A language is no country: whoever reads English may live anywhere."""
    assert read_phone("11 98765-4321", "en", guess=False) is None
