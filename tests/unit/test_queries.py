"""One search box for every id: ours, the provider's, the client's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.application.queries import IntentQueries
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.listing import IntentFilter, position
from tests.fakes.numbers import ORGANIZATION
from tests.fakes.world import World, draft

if TYPE_CHECKING:
    from chalicelib.domain.intent import Intent


@pytest.fixture
def world() -> World:
    """A Portaria with one number."""
    return World()


@pytest.fixture
def queries(world: World) -> IntentQueries:
    """Questions to it."""
    return IntentQueries(world.intents, world.contents, {ProviderName.WHATSMEOW: world.provider})


def ids(found: tuple[Intent, ...]) -> list[str]:
    """Their ids."""
    return [intent.id for intent in found]


def test_any_id_of_a_message_finds_it(world: World, queries: IntentQueries) -> None:
    """Support, with a customer's order number or a log line in hand, would page through everything."""
    sent = world.submit(replace(draft(), external_id="pedido 7"))
    world.work()
    provider_id = world.now(sent).provider_id
    assert provider_id is not None
    for text in (sent.id, provider_id, "pedido 7", f"  {sent.id}\n"):
        assert queries.find(ORGANIZATION, text) == (world.now(sent),)


def test_a_clients_id_finds_all_that_carry_it(world: World, queries: IntentQueries) -> None:
    """The message that was sent twice by mistake would show only once."""
    intents = []
    for _ in range(3):
        intents.append(world.submit(replace(draft(), external_id="order-1")))
        world.clock.advance(1)
    assert ids(queries.find(ORGANIZATION, "order-1")) == ids(tuple(intents[::-1]))


def test_an_id_that_is_also_somebodys_external_id_finds_both_once(world: World, queries: IntentQueries) -> None:
    """A client that names its orders after our ids would find only half of them."""
    first = world.submit()
    second = world.submit(replace(draft(), external_id=first.id))
    assert ids(queries.find(ORGANIZATION, first.id)) == [first.id, second.id]


def test_another_organizations_ids_find_nothing(world: World, queries: IntentQueries) -> None:
    """A customer could find out what a competitor sends."""
    sent = world.submit(replace(draft(), external_id="order-1"))
    world.work()
    for text in (sent.id, str(world.now(sent).provider_id), "order-1"):
        assert queries.find("org_another", text) == ()


@pytest.mark.parametrize("text", ["", "  ", "int_", "wire-", "wire-int_1-0", "nothing", "x" * 500, "+5511987654321"])
def test_what_is_no_id_finds_nothing(world: World, queries: IntentQueries, text: str) -> None:
    """A slip of the keyboard would be a server error."""
    world.submit()
    assert queries.find(ORGANIZATION, text) == ()


def test_what_is_newer_is_counted_within_its_filter(world: World, queries: IntentQueries) -> None:
    """A list that stands still would not say that it is out of date."""
    first = world.submit()
    world.clock.advance(1)
    world.submit()
    assert queries.count_newer(ORGANIZATION, IntentFilter(), position(first)) == 1
