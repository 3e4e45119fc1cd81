"""The whatsmeow adapter and a number's session on the local phone: from the first code to the logout."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.application.ports.provider import Group, Message
from chalicelib.domain.connection import Cause, Connection, Observation
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.values import Location, Reaction, Target, TargetKind
from infra.local.phone import LocalPhone, Timings
from tests.contract import samples
from tests.contract.whatsmeow import INTENT, NUMBER, a_message, adapter
from tests.local_phone.driver import ADMIN, Driver, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider

INSTANCE = samples.instance()
WEBHOOK = "http://127.0.0.1:9/api/webhooks"
WIRE_ID = message_id(INTENT, 0)


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[LocalPhone]:
    """A phone whose codes last a moment."""
    timings = Timings(receipt=0.01, settle=0.01, codes=(0.4, 0.4), webhook_backoff=(), webhook_connect=0.2)
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=timings) as running:
        yield running


@pytest.fixture
def driver(phone: LocalPhone) -> Driver:
    """Hands and eyes on the phone."""
    return Driver(phone.url)


@pytest.fixture
def provider(phone: LocalPhone) -> Iterator[WhatsmeowProvider]:
    """The adapter with its number registered and its session started."""
    made = adapter(phone.url)
    made.provider.register(INSTANCE, WEBHOOK)
    made.provider.connect(INSTANCE)
    yield made.provider
    made.pool.clear()


@pytest.fixture
def paired(provider: WhatsmeowProvider, driver: Driver) -> WhatsmeowProvider:
    """The adapter with its number scanned."""
    scan = driver.control(f"sessions/{INSTANCE.id}/scan", {"phone": NUMBER})
    assert scan.status == 200
    return provider


def test_a_waiting_session_shows_a_picture(provider: WhatsmeowProvider) -> None:
    """An operator would have nothing to scan."""
    seen = provider.connection(INSTANCE)
    assert seen.connection is Connection.AWAITING_SCAN
    kind, _, picture = (seen.code or "").partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(picture).startswith(b"\x89PNG")


def test_codes_change_and_run_out(provider: WhatsmeowProvider) -> None:
    """An operator would scan a dead code for ever."""
    first = provider.connection(INSTANCE).code
    assert eventually(lambda: provider.connection(INSTANCE).code not in {first, None})
    assert eventually(lambda: provider.connection(INSTANCE) == Observation(Connection.DISCONNECTED))
    provider.connect(INSTANCE)
    assert provider.connection(INSTANCE).code not in {first, None}


def test_a_scanned_number_tells_its_phone(paired: WhatsmeowProvider) -> None:
    """The operator could not see which number was connected."""
    assert paired.connection(INSTANCE) == Observation(Connection.CONNECTED, phone=f"+{NUMBER}")


def test_a_code_can_be_typed_instead(provider: WhatsmeowProvider, driver: Driver) -> None:
    """Nobody could connect a phone whose camera is broken, or that is far away."""
    code = provider.pairing_code(INSTANCE, f"+{NUMBER}")
    assert len(code) == 9
    assert driver.control(f"sessions/{INSTANCE.id}/enter-code", {"code": "0000-0000"}).status == 409
    assert driver.control(f"sessions/{INSTANCE.id}/enter-code", {"code": code}).status == 200
    assert provider.connection(INSTANCE).connection is Connection.CONNECTED


def test_no_code_without_a_session(provider: WhatsmeowProvider) -> None:
    """The panel would show an empty code, or crash."""
    provider.disconnect(INSTANCE)
    with pytest.raises(ProviderUnavailable, match="no session"):
        provider.pairing_code(INSTANCE, f"+{NUMBER}")


def test_disconnecting_keeps_the_pairing_and_logging_out_does_not(paired: WhatsmeowProvider) -> None:
    """A restart of a stuck session would cost a new scan, or a logout would leave the device paired."""
    paired.disconnect(INSTANCE)
    assert paired.connection(INSTANCE).connection is Connection.DISCONNECTED
    paired.connect(INSTANCE)
    assert paired.connection(INSTANCE).connection is Connection.CONNECTED
    paired.logout(INSTANCE)
    paired.connect(INSTANCE)
    assert paired.connection(INSTANCE).connection is Connection.AWAITING_SCAN


def test_ending_what_is_not_there_is_no_error(provider: WhatsmeowProvider) -> None:
    """An operator could neither reconnect nor retire a number whose session is gone."""
    for _ in range(2):
        provider.disconnect(INSTANCE)
        provider.logout(INSTANCE)


def test_a_bridge_that_is_gone_is_said_to_be(phone: LocalPhone, provider: WhatsmeowProvider) -> None:
    """The operator would be told that the number is broken, when it is the bridge."""
    phone.close()
    assert provider.connection(INSTANCE) == Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)
    for call in (provider.connect, provider.disconnect, provider.logout, provider.groups):
        with pytest.raises(ProviderUnavailable, match="cannot be reached"):
            call(INSTANCE)
    provider.typing(INSTANCE, a_message(), 1.0)
    phone.start()


def test_numbers_are_checked_with_and_without_the_ninth_digit(paired: WhatsmeowProvider, driver: Driver) -> None:
    """Messages to half of Brazil would go to an address that does not exist."""
    driver.control("contacts", {"phone": "5521900000000", "on_whatsapp": False})
    driver.control("contacts", {"phone": "5511900000001", "lid": "99887766554433"})
    phones = ["+5531987654321", "+5511987654321", "+5521900000000", "+5511900000001"]
    assert paired.check_numbers(INSTANCE, phones) == {
        "+5531987654321": "553187654321@s.whatsapp.net",
        "+5511987654321": "5511987654321@s.whatsapp.net",
        "+5521900000000": None,
        "+5511900000001": "99887766554433@lid",
    }


def test_many_numbers_are_checked_in_few_questions(paired: WhatsmeowProvider, driver: Driver) -> None:
    """A bridge would refuse a list that is too long, or be asked number by number."""
    phones = [f"+55119{number:08d}" for number in range(120)]
    assert len(paired.check_numbers(INSTANCE, phones)) == 120
    asked = [entry for entry in driver.log()["requests"] if entry["path"] == "/user/check"]
    assert len(asked) == 3


def test_a_message_goes_where_the_check_said(paired: WhatsmeowProvider, driver: Driver) -> None:
    """The check would be made for nothing."""
    for address in ("553187654321@s.whatsapp.net", "99887766554433@lid"):
        assert isinstance(paired.send(INSTANCE, replace(a_message(), address=address)), Sent)
    assert [message["to"] for message in driver.log()["messages"]] == ["553187654321"]
    assert [entry["phone"] for entry in driver.log()["requests"] if entry["phone"]][-1] == "99887766554433@lid"


def test_a_place_is_sent(paired: WhatsmeowProvider, driver: Driver) -> None:
    """A customer would not find the shop; one on the equator or the meridian could not be told at all."""
    for place in (Location(-23.5505, -46.6333, "Loja da Sé"), Location(0.0, 0.0, "")):
        assert paired.send(INSTANCE, _carrying(place)) == Sent(WIRE_ID)
    [message] = driver.log()["messages"]
    assert (message["type"], message["body"], message["copies"]) == ("location", "-23.550500,-46.633300 Loja da Sé", 2)


@pytest.mark.parametrize(
    ("reacts_to", "on"),
    [(INTENT, f"me:{WIRE_ID}"), (WIRE_ID, f"me:{WIRE_ID}"), ("3AABCDEF0123456789", "3AABCDEF0123456789")],
)
def test_a_reaction_names_its_message(paired: WhatsmeowProvider, driver: Driver, reacts_to: str, on: str) -> None:
    """A reaction to one of our own messages would land on nothing."""
    assert paired.send(INSTANCE, _carrying(Reaction("👍", reacts_to))) == Sent(on.removeprefix("me:"))
    [message] = driver.log()["messages"]
    assert (message["type"], message["body"]) == ("reaction", f"👍 {on}")


def test_a_reaction_to_an_intent_that_cannot_exist_is_not_sent(paired: WhatsmeowProvider, driver: Driver) -> None:
    """One message with a mistyped id would crash the batch and leave its other messages in doubt."""
    outcome = paired.send(INSTANCE, _carrying(Reaction("👍", "int_nonsense")))
    assert isinstance(outcome, NotSent)
    assert outcome.failure is FailureClass.CONTENT_INVALID
    assert driver.messages() == []


def test_typing_is_shown_and_never_in_the_way(paired: WhatsmeowProvider, driver: Driver) -> None:
    """Showing "typing" would delay or fail the message it announces."""
    paired.typing(INSTANCE, a_message(), 1.0)
    assert [entry["phone"] for entry in driver.log()["requests"] if entry["path"] == "/chat/presence"] == [NUMBER]
    driver.faults(latency_ms=5_000)
    paired.typing(INSTANCE, a_message(), 0.1)
    paired.typing(INSTANCE, a_message(), 0.0)


def test_groups_are_listed(paired: WhatsmeowProvider, driver: Driver) -> None:
    """An operator could not choose the group to write to."""
    assert paired.groups(INSTANCE) == []
    driver.control(f"sessions/{INSTANCE.id}/groups", {"jid": "120363041234567890@g.us", "name": "Clientes"})
    assert paired.groups(INSTANCE) == [Group("120363041234567890@g.us", "Clientes", 1)]


def test_a_message_reaches_a_group_that_the_number_is_in(paired: WhatsmeowProvider, driver: Driver) -> None:
    """A group's id would be taken for a phone, or a group that the number left for one that got the message."""
    group = Target(TargetKind.GROUP, "120363041234567890@g.us")
    refused = paired.send(INSTANCE, replace(a_message(), target=group))
    assert isinstance(refused, NotSent)
    assert refused.failure is FailureClass.NOT_IN_GROUP
    driver.control(f"sessions/{INSTANCE.id}/groups", {"jid": group.value, "name": "Clientes"})
    assert isinstance(paired.send(INSTANCE, replace(a_message(), target=group)), Sent)
    assert [message["to"] for message in driver.log()["messages"]] == [group.value]
    paired.typing(INSTANCE, replace(a_message(), target=group), 1.0)
    assert [one["phone"] for one in driver.log()["requests"] if one["path"] == "/chat/presence"] == [group.value]


def test_a_reachout_lock_is_known_by_its_number(paired: WhatsmeowProvider, driver: Driver) -> None:
    """New contacts would be written to again and again, until the number is banned."""
    driver.control(f"sessions/{INSTANCE.id}/reachout-lock", {"seconds": 60})
    outcome = paired.send(INSTANCE, a_message())
    assert isinstance(outcome, NotSent)
    assert outcome.failure is FailureClass.REACHOUT_LOCK
    driver.control(f"sessions/{INSTANCE.id}/reply", {"from": NUMBER, "text": "oi"})
    assert isinstance(paired.send(INSTANCE, a_message()), Sent)


def test_a_slow_session_is_given_up(paired: WhatsmeowProvider, driver: Driver) -> None:
    """One hung session would hold up every reader and the whole sweep."""
    driver.faults(latency_ms=20_000, slow_status=True, instance_id=INSTANCE.id)
    assert paired.connection(INSTANCE) == Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)


def test_addresses_show_names(provider: WhatsmeowProvider) -> None:
    """A person's hidden name would not be linked to the phone it was found under."""
    assert list(provider.aliases("99887766554433@lid")) == [Alias(AliasKind.LID, "99887766554433@lid")]
    assert [one.value for one in provider.aliases("553187654321:12@s.whatsapp.net")] == [
        "+553187654321",
        "553187654321@s.whatsapp.net",
    ]


def _carrying(content: Location | Reaction) -> Message:
    return replace(a_message(), content=content)
