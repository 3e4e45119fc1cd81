"""The ``Idempotency-Key`` header: a client that is not sure whether it was heard may ask again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.house import wish

if TYPE_CHECKING:
    from tests.integration.house import House


def test_the_same_request_again_is_the_same_intent(house: House) -> None:
    """A customer would get a message twice because a client's connection broke."""
    tenant = house.admit()
    first = tenant.post(Idempotency_Key="order-1")
    house.clock.advance(1)
    again = tenant.post(Idempotency_Key='"order-1"')
    assert (first.status, again.status) == (202, 202)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    assert len(house.receive()) == 1


def test_a_replay_tells_how_far_the_message_is(house: House) -> None:
    """A client that asks again would be told an old story."""
    tenant = house.admit()
    tenant.post(Idempotency_Key="order-1")
    house.work()
    assert tenant.post(Idempotency_Key="order-1").json["status"] == "SENT"
    assert len(house.phone.texts()) == 1


def test_another_spelling_of_the_same_body_is_the_same(house: House) -> None:
    """A client whose JSON library orders members differently would be refused."""
    tenant = house.admit()
    first = tenant.post(wish(send_at="2027-01-15T09:00:00Z"), Idempotency_Key="order-1")
    spelt = {"send_at": "2027-01-15T06:00:00.000-03:00", "purpose": "DISPATCH", **wish()}
    spelt["target"] = {"value": "+55 11 98765-4321", "kind": "PHONE"}
    assert tenant.post(spelt, Idempotency_Key="order-1").json["id"] == first.json["id"]


def test_a_key_cannot_be_used_for_another_body(house: House) -> None:
    """A second, different message would be swallowed as if it were the first."""
    tenant = house.admit()
    first = tenant.post(Idempotency_Key="order-1").json
    before = house.items()
    answer = tenant.post(wish(content={"type": "TEXT", "text": "Outro"}), Idempotency_Key="order-1")
    assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert tenant.show(first) == first
    assert [item for item in house.items() if item not in before] == []


def test_the_longest_key_is_fine(house: House) -> None:
    """A client with long keys would be refused although the documentation allows them."""
    assert house.admit().post(Idempotency_Key="k" * 255).status == 202


def test_without_a_key_two_posts_are_two_messages(house: House) -> None:
    """Two equal messages that are both meant would become one."""
    tenant = house.admit()
    assert tenant.submit()["id"] != tenant.submit()["id"]
    assert len(house.receive()) == 2


def test_keys_of_two_organizations_are_apart(house: House) -> None:
    """One customer's key would hide another customer's message."""
    ours, theirs = house.admit(), house.admit()
    first = ours.post(Idempotency_Key="order-1").json
    second = theirs.post(wish(content={"type": "TEXT", "text": "Outro"}), Idempotency_Key="order-1")
    assert second.status == 202
    assert second.json["id"] != first["id"]
