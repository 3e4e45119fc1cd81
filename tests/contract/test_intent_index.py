"""DynamoDB only: what the indexes hold of an intent, and how seldom it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.dynamodb.intent_index import KeyedHashes, index_row
from chalicelib.adapters.keyring import DerivingKeyring
from chalicelib.domain.attempt import claim, hand_back, settle
from chalicelib.domain.decision import Approve, Comparison, Defer, decided
from chalicelib.domain.outcome import Sent
from chalicelib.domain.values import MINUTE, Reason, Target, TargetKind
from tests.contract import samples
from tests.contract.test_item_sizes import size
from tests.fakes.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.domain.intent import Intent

HASHES = KeyedHashes(DerivingKeyring(lambda: "m" * 64))
_PROJECTED = {"org", "created", "st", "pur", "who", "why", "num", "lag"}


def row(intent: Intent) -> dict[str, object]:
    """What the indexes see."""
    return dict(index_row(intent, HASHES))


def pinned(intent: Intent) -> Intent:
    """The intent of a client that insists on the number."""
    return replace(intent, request=replace(intent.request, instance_id=samples.INSTANCE))


@pytest.mark.parametrize("change", [lambda intent: intent, pinned])
@pytest.mark.parametrize(
    "same",
    [
        [samples.pending(), samples.approved(), samples.sending()],
        [samples.approved(), hand_back(samples.sending(), samples.TOKEN, "PAUSED", NOON + MINUTE)],
        [samples.sent(), samples.delivered(), samples.read()],
        [samples.parked(), decided(samples.parked(), Defer(Reason.INSTANCE_DISCONNECTED, NOON, None, ()), NOON)],
    ],
    ids=["approval and claim", "claim undone", "receipts", "the same deferral again"],
)
def test_what_happens_most_often_leaves_the_indexes_alone(
    same: list[Intent], change: Callable[[Intent], Intent]
) -> None:
    """Every message would cost several index writes more, and one organization would reach its partition's limit."""
    first, *others = [row(change(intent)) for intent in same]
    assert others == [first] * len(others)


def test_a_repeat_is_shown_as_in_flight() -> None:
    """A message that is being sent again right now would be offered for a decision."""
    again = claim(samples.unconfirmed(), "t" * 43, NOON + MINUTE, NOON + 2_000)
    assert "exc" in row(samples.unconfirmed())
    assert "exc" not in row(again)


@pytest.mark.parametrize("step", [samples.retried, samples.resent])
def test_what_is_sent_anew_is_no_exception_any_more(step: Callable[[], Intent]) -> None:
    """Whoever works off the list of exceptions would find again what a colleague has just retried."""
    assert "exc" in row(samples.failed())
    assert "exc" not in row(step())


@pytest.mark.parametrize(("slot", "lag"), [(NOON, 900), (NOON + 600, 300), (NOON - MINUTE, 900), (NOON + MINUTE, 0)])
def test_a_row_knows_how_long_the_engine_took(slot: int, lag: int) -> None:
    """The overview would blame the engine for the pause that the Gate wanted."""
    approval = Approve(samples.INSTANCE, slot, slot + MINUTE, (Comparison(samples.INSTANCE, "OK", {}),))
    sending = claim(decided(samples.pending(), approval, NOON), samples.TOKEN, NOON + MINUTE, NOON + 100)
    assert row(settle(sending, samples.TOKEN, Sent("wire"), NOON + 900))["lag"] == lag
    assert "lag" not in row(sending)


def test_the_indexes_show_no_phone_and_no_clients_id() -> None:
    """Whoever may read lists could read whom a company writes to."""
    intent = replace(samples.sent(), request=replace(samples.sent().request, external_id="order-1"))
    shown = str(row(intent))
    assert not any(secret in shown for secret in ("987654321", "order-1"))


def test_a_recipient_has_one_name_per_organization_and_key() -> None:
    """Two companies on one table, or two stages, could find out whom they have in common."""
    nine, eight, other = (
        Target(TargetKind.PHONE, phone) for phone in ("+5511987654321", "+551187654321", "+5511987654322")
    )
    other_key = KeyedHashes(DerivingKeyring(lambda: "n" * 64))
    names = {
        HASHES.target("org_1", nine),
        HASHES.target("org_1", other),
        HASHES.target("org_2", nine),
        other_key.target("org_1", nine),
    }
    assert (len(names), {len(name) for name in names}) == (4, {12})
    assert HASHES.target("org_1", eight) == HASHES.target("org_1", nine)


@pytest.mark.parametrize("step", samples.STEPS)
def test_an_entry_is_small(step: str) -> None:
    """The overview, which reads two hundred of them, would cost more than its ten read units."""
    intent = pinned(samples.STEPS[step]())
    keys = {"pk": f"INTENT#{intent.id}", "sk": "INTENT"}
    entry = {name: value for name, value in index_row(intent, HASHES).items() if name in _PROJECTED}
    assert size({**keys, **entry}) <= 225
