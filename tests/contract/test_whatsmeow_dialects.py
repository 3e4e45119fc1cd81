"""The adapter against builds of 2025 and accidents on the way: tolerant in what it reads, never too trusting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.outcome import Sent, Unknown
from tests.contract import samples
from tests.contract.scripted_bridge import ScriptedBridge
from tests.contract.whatsmeow import INTENT, a_message, adapter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider

INSTANCE = samples.instance()
WIRE_ID = message_id(INTENT, 0)


def envelope(data: object, code: int = 200) -> str:
    """An answer that says yes."""
    return json.dumps({"code": code, "data": data, "success": True})


def no(text: str) -> tuple[int, str]:
    """An answer that says no."""
    return 500, json.dumps({"code": 500, "error": text, "success": False})


DONE = (200, envelope({"Details": "done"}))
YES = {"/admin/users": (201, envelope({"id": "1"}, 201)), "/webhook": DONE, "/session/hmac/config": DONE}


@pytest.fixture
def bridge() -> Iterator[ScriptedBridge]:
    """A bridge to script."""
    with ScriptedBridge() as running:
        yield running


@pytest.fixture
def provider(bridge: ScriptedBridge) -> Iterator[WhatsmeowProvider]:
    """The adapter."""
    made = adapter(bridge.url)
    yield made.provider
    made.pool.clear()


def test_a_bare_answer_to_a_new_user_is_a_yes(bridge: ScriptedBridge, provider: WhatsmeowProvider) -> None:
    """No number could be registered on a bridge of 2025."""
    bridge.answers = {"/admin/users": (200, '{"id":1}'), "/session/hmac/config": DONE}
    provider.register(INSTANCE, "https://example.org/hook")
    assert bridge.paths == ["/admin/users", "/session/hmac/config"]


@pytest.mark.parametrize(
    "answers",
    [
        {"/admin/users": (500, "")},
        {"/admin/users": (401, "")},
        {"/admin/users": no("problem accessing DB")},
        {"/admin/users": (200, "<html>welcome</html>")},
        {"/admin/users": (302, "")},
        {"/admin/users": (200, "")},
        {"/admin/users": (409, "{}"), "/webhook": no("no session")},
        {"/session/hmac/config": (404, "404 page not found")},
        {"/session/hmac/config": (200, "<html>welcome</html>")},
        {"/session/hmac/config": (500, envelope({}, 500))},
    ],
)
def test_anything_but_a_yes_is_refused_aloud(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, answers: dict[str, tuple[int, str]]
) -> None:
    """A half-registered number would send messages whose receipts nobody can verify."""
    bridge.answers = YES | answers
    with pytest.raises(ProviderUnavailable):
        provider.register(INSTANCE, "https://example.org/hook")


@pytest.mark.parametrize("text", ["already connected", "Already Connected", "already logged in", "Already Loggedin"])
def test_connecting_twice_is_connecting_in_every_build(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, text: str
) -> None:
    """An operator who presses the button again would get an error on some bridges."""
    bridge.answers = {"/session/connect": no(text)}
    provider.connect(INSTANCE)


def test_a_connection_that_fails_is_refused_aloud(bridge: ScriptedBridge, provider: WhatsmeowProvider) -> None:
    """The panel would wait for a QR code that never comes."""
    bridge.answers = {"/session/connect": no("Failed to connect")}
    with pytest.raises(ProviderUnavailable, match="Failed to connect"):
        provider.connect(INSTANCE)


@pytest.mark.parametrize(
    ("answer", "connection"),
    [
        ((200, envelope({"Connected": True, "LoggedIn": True})), Connection.CONNECTED),
        ((200, envelope({"Connected": True, "LoggedIn": False})), Connection.CONNECTING),
        (no("the phone asks for a passkey"), Connection.PASSKEY_REQUIRED),
        ((200, envelope({"Connected": False, "LoggedIn": False})), Connection.DISCONNECTED),
        ((200, envelope({"connected": False, "loggedIn": True, "jid": "55@s.whatsapp.net"})), Connection.DISCONNECTED),
        ((200, envelope({"connected": "true", "loggedIn": "true"})), Connection.DISCONNECTED),
        ((200, envelope([])), Connection.DISCONNECTED),
        ((200, '{"connected":true,"loggedIn":true}'), Connection.DISCONNECTED),
        ((200, "<html>welcome</html>"), Connection.DISCONNECTED),
        ((500, envelope({"connected": True, "loggedIn": True})), Connection.DISCONNECTED),
        (no("No session"), Connection.DISCONNECTED),
        ((401, "unauthorized"), Connection.ERROR),
    ],
)
def test_a_session_is_read_in_every_dialect(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, answer: tuple[int, str], connection: Connection
) -> None:
    """A dead number would be taken for a live one, or a live one would never send."""
    bridge.answers = {"/session/status": answer}
    assert provider.connection(INSTANCE).connection is connection


@pytest.mark.parametrize("timestamp", [1_769_860_800, "2026-01-31T12:00:00-03:00"])
def test_a_confirmed_send_is_read_in_every_dialect(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, timestamp: object
) -> None:
    """Every message through a bridge of 2025 would end as unconfirmed."""
    bridge.answers = {
        "/chat/send/text": (200, envelope({"Details": "Sent", "Timestamp": timestamp, "Id": WIRE_ID})),
    }
    assert provider.send(INSTANCE, a_message()) == Sent(WIRE_ID)


def test_a_redirect_is_not_followed(bridge: ScriptedBridge, provider: WhatsmeowProvider) -> None:
    """A captured address would get the token, the phone and the text; or a message would be sent twice."""
    bridge.location = f"{bridge.url}/elsewhere"
    bridge.answers = {"/chat/send/text": (307, "")}
    assert isinstance(provider.send(INSTANCE, a_message()), Unknown)
    assert bridge.paths == ["/chat/send/text"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_send_is_one_request_whatever_comes_of_it(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, status: int
) -> None:
    """A hidden retry would send a message twice behind the engine's back."""
    bridge.answers = {"/chat/send/text": (status, "Bad Gateway")}
    assert isinstance(provider.send(INSTANCE, a_message()), Unknown)
    assert bridge.paths == ["/chat/send/text"]
