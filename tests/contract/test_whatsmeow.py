"""The whatsmeow adapter against the local phone: what it says happened is what happened."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.adapters.providers.whatsmeow.webhook import EVENTS
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown
from infra.local.phone import LocalPhone, Timings
from tests.contract import samples
from tests.contract.whatsmeow import INTENT, KEYRING, NUMBER, a_message, adapter
from tests.local_phone.driver import ADMIN, Driver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider
    from chalicelib.application.ports.provider import Provider

INSTANCE = samples.instance()
WEBHOOK = "http://127.0.0.1:9/api/webhooks"
WIRE_ID = message_id(INTENT, 0)


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[LocalPhone]:
    """A phone with short waits."""
    timings = Timings(receipt=0.01, connect=0.1, hang=2.0, settle=0.01, webhook_backoff=(), webhook_connect=0.2)
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=timings) as running:
        yield running


@pytest.fixture
def driver(phone: LocalPhone) -> Driver:
    """Hands and eyes on the phone."""
    return Driver(phone.url)


@pytest.fixture
def provider(phone: LocalPhone) -> Iterator[WhatsmeowProvider]:
    """The adapter."""
    made = adapter(phone.url)
    yield made.provider
    made.pool.clear()


@pytest.fixture
def paired(provider: WhatsmeowProvider, driver: Driver) -> Provider:
    """The adapter with its number registered, connected and scanned."""
    provider.register(INSTANCE, WEBHOOK)
    provider.connect(INSTANCE)
    assert driver.control(f"sessions/{INSTANCE.id}/scan").status == 200
    return provider


def users(driver: Driver) -> list[tuple[str, str, str]]:
    """The bridge's users: name, webhook, events."""
    return [(user["name"], user["webhook"], user["events"]) for user in driver.admin("GET", "/admin/users").data]


def test_a_new_number_becomes_a_bridge_user(provider: WhatsmeowProvider, driver: Driver) -> None:
    """A number could be created and would never send nor report anything."""
    provider.register(INSTANCE, WEBHOOK)
    assert users(driver) == [(INSTANCE.id, WEBHOOK, ",".join(EVENTS))]


def test_registering_again_changes_nothing(paired: Provider, driver: Driver) -> None:
    """Trying again after an error would make a second user, or throw the paired phone out."""
    paired.register(INSTANCE, WEBHOOK)
    assert users(driver) == [(INSTANCE.id, WEBHOOK, ",".join(EVENTS))]
    assert paired.connection(INSTANCE).connection is Connection.CONNECTED


def test_a_moved_webhook_is_followed(paired: Provider, driver: Driver) -> None:
    """After a change of address every receipt would go to the old one, or the events would fall silent."""
    paired.register(INSTANCE, f"{WEBHOOK}/moved")
    assert users(driver) == [(INSTANCE.id, f"{WEBHOOK}/moved", ",".join(EVENTS))]


def test_a_wrong_admin_token_is_refused_aloud(phone: LocalPhone) -> None:
    """An operator would wait for a QR code that never comes."""
    made = adapter(phone.url, admin_token="wrong")
    with pytest.raises(ProviderUnavailable, match="HTTP 401"):
        made.provider.register(INSTANCE, WEBHOOK)
    made.pool.clear()


def test_connecting_twice_is_connecting(paired: Provider) -> None:
    """An operator who presses the button again would get an error, or lose the session."""
    paired.connect(INSTANCE)
    assert paired.connection(INSTANCE).connection is Connection.CONNECTED


def test_connecting_an_unknown_number_is_refused_aloud(provider: WhatsmeowProvider) -> None:
    """The panel would say "connecting" about a number that the bridge does not know."""
    with pytest.raises(ProviderUnavailable, match="HTTP 401"):
        provider.connect(INSTANCE)


def test_a_number_is_connected_only_while_it_is_paired(provider: WhatsmeowProvider, driver: Driver) -> None:
    """Messages would be approved for a number that waits for a scan or was logged out on the phone."""
    provider.register(INSTANCE, WEBHOOK)
    assert provider.connection(INSTANCE).connection is Connection.DISCONNECTED
    provider.connect(INSTANCE)
    assert provider.connection(INSTANCE).connection is Connection.AWAITING_SCAN
    driver.control(f"sessions/{INSTANCE.id}/scan")
    assert provider.connection(INSTANCE).connection is Connection.CONNECTED
    driver.control(f"sessions/{INSTANCE.id}/logout")
    assert provider.connection(INSTANCE).connection is Connection.DISCONNECTED


def test_a_bridge_that_does_not_know_the_number_is_an_error(provider: WhatsmeowProvider) -> None:
    """A lost bridge database would look like a number that will soon be back."""
    assert provider.connection(INSTANCE).connection is Connection.ERROR


def test_a_bridge_that_is_gone_is_disconnected() -> None:
    """A probe would crash the sweep, or leave a dead number "connected"."""
    made = adapter(nobody_there())
    assert made.provider.connection(INSTANCE).connection is Connection.DISCONNECTED


def test_a_message_is_sent_to_whom_and_as_it_was_asked(paired: Provider, driver: Driver) -> None:
    """The wrong person, the wrong text, or an id that no receipt can be matched with."""
    text = 'Olá 👋🏽, "João"\nseu pedido \\ saiu'
    assert paired.send(INSTANCE, a_message(text)) == Sent(WIRE_ID)
    [message] = driver.log()["messages"]
    sent = {name: message[name] for name in ("id", "instance_id", "to", "body", "copies")}
    assert sent == {"id": WIRE_ID, "instance_id": INSTANCE.id, "to": NUMBER, "body": text, "copies": 1}


def test_a_safe_repeat_has_the_same_id_and_a_resend_another(paired: Provider, driver: Driver) -> None:
    """A repeat after a lost answer would reach the customer twice; a wanted resend would never arrive."""
    for generation in (0, 0, 1):
        assert isinstance(paired.send(INSTANCE, a_message(generation=generation)), Sent)
    assert driver.messages() == [(WIRE_ID, 2), (message_id(INTENT, 1), 1)]


@pytest.mark.parametrize(
    ("faults", "failure"),
    [
        ({"answer": "error"}, FailureClass.TRANSIENT),
        ({"answer": "success_false"}, FailureClass.TRANSIENT),
        ({"answer": "463"}, FailureClass.REACHOUT_LOCK),
        ({"answer": "error", "text": "Error sending message: no LID found for 5511"}, FailureClass.RECIPIENT_INVALID),
        ({"answer": "error", "text": "No session"}, FailureClass.INSTANCE_DOWN),
        ({"answer": "error", "text": "Not connected"}, FailureClass.INSTANCE_DOWN),
    ],
)
def test_a_refusal_is_known_as_not_sent(
    paired: Provider, driver: Driver, faults: dict[str, str], failure: FailureClass
) -> None:
    """A message that can safely be tried again would be held back, or given up."""
    driver.faults(**faults)
    outcome = paired.send(INSTANCE, a_message())
    assert isinstance(outcome, NotSent)
    assert outcome.failure is failure
    assert driver.messages() == []


@pytest.mark.parametrize("answer", ["timeout_text", "drop_after_accept"])
def test_a_message_that_may_be_on_its_way_is_unknown(paired: Provider, driver: Driver, answer: str) -> None:
    """A message that WhatsApp already has would be sent again as if it were new."""
    driver.faults(answer=answer)
    assert isinstance(paired.send(INSTANCE, a_message()), Unknown)
    assert driver.messages() == [(WIRE_ID, 1)]


@pytest.mark.parametrize("answer", ["empty", "invalid_json"])
def test_an_answer_that_cannot_be_read_is_unknown(paired: Provider, driver: Driver, answer: str) -> None:
    """A truncated yes would count as sent, or as a no that allows a second send."""
    driver.faults(answer=answer)
    assert isinstance(paired.send(INSTANCE, a_message()), Unknown)


def test_a_hanging_bridge_is_unknown(paired: Provider, phone: LocalPhone, driver: Driver) -> None:
    """A worker would wait until it is killed, with every other message of its batch."""
    assert paired.connection(INSTANCE).connection is Connection.CONNECTED
    driver.faults(answer="hang")
    impatient = adapter(phone.url, read_seconds=0.2)
    assert isinstance(impatient.provider.send(INSTANCE, a_message()), Unknown)
    impatient.pool.clear()


def test_an_unreachable_bridge_sent_nothing() -> None:
    """While the bridge restarts every message would become "unknown" and wait for a human."""
    outcome = adapter(nobody_there()).provider.send(INSTANCE, a_message())
    assert isinstance(outcome, NotSent)
    assert outcome.failure is FailureClass.INSTANCE_DOWN


def test_an_unpaired_number_sends_nothing(provider: WhatsmeowProvider) -> None:
    """Messages would burn their attempts against a number that waits for a scan."""
    provider.register(INSTANCE, WEBHOOK)
    for _ in ("without a session", "with a session that waits for a scan"):
        outcome = provider.send(INSTANCE, a_message())
        assert isinstance(outcome, NotSent)
        assert outcome.failure is FailureClass.INSTANCE_DOWN
        provider.connect(INSTANCE)


def test_an_unknown_number_sends_nothing(provider: WhatsmeowProvider) -> None:
    """A lost token would be retried message by message instead of stopping the number."""
    outcome = provider.send(INSTANCE, a_message())
    assert isinstance(outcome, NotSent)
    assert outcome.failure is FailureClass.AUTH


def test_each_number_has_a_token_of_its_own(provider: WhatsmeowProvider, driver: Driver) -> None:
    """A message would leave through another customer's number."""
    provider.register(INSTANCE, WEBHOOK)
    described = driver.admin("GET", "/admin/users").data
    assert [user["token"] for user in described] == [KEYRING.derive("bridge-user", INSTANCE.id)]
    assert KEYRING.derive("bridge-user", samples.an_id("ins", 2)) != KEYRING.derive("bridge-user", INSTANCE.id)


def nobody_there() -> str:
    """The address of a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
