"""What bridges of 2025 and 2026 answer about sessions, numbers and groups, in the shapes they were recorded in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.providers.whatsmeow.webhook import EVENTS
from chalicelib.application.ports.provider import Group
from chalicelib.domain.connection import Cause, Connection, Observation
from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.domain.outcome import FailureClass, NotSent
from tests.contract import samples
from tests.contract.scripted_bridge import ScriptedBridge
from tests.contract.whatsmeow import NUMBER, a_message, adapter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider

INSTANCE = samples.instance()
WEBHOOK = "https://example.org/hook"
PICTURE = "data:image/png;base64,iVBORw0KGgo="
WAITING = {"connected": True, "loggedIn": False, "jid": "", "qrcode": "", "token": "***"}


def yes(data: object) -> tuple[int, str]:
    """An answer that says yes."""
    return 200, json.dumps({"code": 200, "data": data, "success": True})


def no(text: str, status: int = 500) -> tuple[int, str]:
    """An answer that says no."""
    return status, json.dumps({"code": status, "error": text, "success": False})


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


@pytest.mark.parametrize("text", ["invalid event type", "Invalid event type: ClientOutdated"])
def test_a_build_that_knows_fewer_events_is_content_with_the_core(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, text: str
) -> None:
    """No number could be registered on an older bridge: it refuses the whole list for one name it does not know."""
    done = yes({"Details": "done"})
    bridge.first = {"/admin/users": no(text, 400)}
    bridge.answers = {"/admin/users": (201, '{"code":201,"data":{"id":"1"},"success":true}')}
    bridge.answers |= {"/session/hmac/config": done, "/session/connect": done}
    provider.register(INSTANCE, WEBHOOK)
    provider.connect(INSTANCE)
    refused, created, _, connected = (json.loads(sent) for sent in bridge.bodies)
    assert refused["events"] == ",".join(EVENTS)
    assert created == refused | {"events": "Message,ReadReceipt"}
    assert connected == {"Subscribe": list(EVENTS), "Immediate": True}


def test_a_bridge_that_refuses_even_the_core_is_refused_aloud(
    bridge: ScriptedBridge, provider: WhatsmeowProvider
) -> None:
    """An operator would wait for a code that never comes, or the adapter would ask for ever."""
    bridge.answers = {"/admin/users": no("invalid event type", 400)}
    with pytest.raises(ProviderUnavailable, match="invalid event type"):
        provider.register(INSTANCE, WEBHOOK)
    assert len(bridge.paths) == 2


@pytest.mark.parametrize(
    ("status", "picture", "seen"),
    [
        (yes(WAITING), yes({"QRCode": PICTURE}), Observation(Connection.AWAITING_SCAN, code=PICTURE)),
        (
            yes({"Connected": True, "LoggedIn": False}),
            yes({"QRCode": PICTURE}),
            Observation(Connection.AWAITING_SCAN, code=PICTURE),
        ),
        (yes(WAITING), yes({"QRCode": ""}), Observation(Connection.CONNECTING)),
        (yes(WAITING), yes({"QRCode": "javascript:alert(1)"}), Observation(Connection.CONNECTING)),
        (yes(WAITING), no("not connected"), Observation(Connection.CONNECTING)),
        (yes(WAITING), no("already logged in"), Observation(Connection.CONNECTING)),
        (yes(WAITING), no("a Passkey is required"), Observation(Connection.PASSKEY_REQUIRED)),
        (
            yes(WAITING | {"loggedIn": True, "jid": "5511987654321:12@s.whatsapp.net"}),
            no("already logged in"),
            Observation(Connection.CONNECTED, phone="+5511987654321"),
        ),
        (yes(WAITING | {"loggedIn": True, "jid": 5}), no(""), Observation(Connection.CONNECTED)),
        (
            yes(WAITING | {"connected": False, "jid": "5511987654321:12@s.whatsapp.net"}),
            no("no session"),
            Observation(Connection.DISCONNECTED),
        ),
        (no("No session"), no("No session"), Observation(Connection.DISCONNECTED)),
        (no("unauthorized", 401), no(""), Observation(Connection.ERROR, Cause.PROVIDER_REFUSED)),
        ((502, "<html>Bad Gateway</html>"), no(""), Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)),
    ],
)
def test_a_session_is_what_two_answers_make_of_it(
    bridge: ScriptedBridge,
    provider: WhatsmeowProvider,
    status: tuple[int, str],
    picture: tuple[int, str],
    seen: Observation,
) -> None:
    """An operator would see no code, a dead one, or a number that is connected to nobody's phone."""
    bridge.answers = {"/session/status": status, "/session/qr": picture}
    assert provider.connection(INSTANCE) == seen


@pytest.mark.parametrize(
    "text",
    [
        "no session",
        "No session",
        "could not logout as it was not logged in",
        "Could not disconnect as it was not logged in",
        "could not disconnect as it was not connected",
        "cannot disconnect because it is not logged in",
        "Cannot disconnect because it is not logged in",
    ],
)
def test_ending_what_is_not_there_is_no_error_in_any_build(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, text: str
) -> None:
    """A number whose session is gone could be neither reconnected nor retired."""
    bridge.answers = {"/session/logout": no(text), "/session/disconnect": no(text)}
    provider.logout(INSTANCE)
    provider.disconnect(INSTANCE)


@pytest.mark.parametrize("answer", [no("could not perform logout"), no("Could not perform logout"), (502, ""), no("")])
def test_a_logout_that_failed_is_said(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, answer: tuple[int, str]
) -> None:
    """A phone somebody wanted to be rid of would stay paired, and the panel would say it is gone."""
    bridge.answers = {"/session/logout": answer}
    with pytest.raises(ProviderUnavailable):
        provider.logout(INSTANCE)


@pytest.mark.parametrize(
    "answer",
    [no("already paired", 400), no("phone number too short", 400), yes({"LinkingCode": ""}), yes({"LinkingCode": 7})],
)
def test_a_pairing_code_is_a_code_or_an_error(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, answer: tuple[int, str]
) -> None:
    """Somebody would type nothing into the phone and not know why."""
    bridge.answers = {"/session/pairphone": answer}
    with pytest.raises(ProviderUnavailable) as refused:
        provider.pairing_code(INSTANCE, f"+{NUMBER}")
    assert NUMBER not in str(refused.value)
    assert json.loads(bridge.bodies[0]) == {"Phone": NUMBER}


def test_a_check_is_matched_by_what_was_asked(bridge: ScriptedBridge, provider: WhatsmeowProvider) -> None:
    """A message would go to somebody else's address, or a customer would be given up as unknown."""
    users: list[object] = [
        {"Query": "+5511900000002", "IsInWhatsapp": True, "JID": "5511900000002@s.whatsapp.net", "VerifiedName": ""},
        {"Query": "5511900000001", "IsInWhatsapp": True, "JID": "99887766554433@lid"},
        {"Query": "5511900000003", "IsInWhatsapp": False, "JID": "5511900000003@s.whatsapp.net"},
        {"Query": "5511900000004", "IsInWhatsapp": True, "JID": ""},
        {"Query": "5511900000005", "IsInWhatsapp": "true", "JID": "5511900000005@s.whatsapp.net"},
        {"Query": "5511999999999", "IsInWhatsapp": True, "JID": "5511999999999@s.whatsapp.net"},
        {"Query": 5511900000006, "IsInWhatsapp": True, "JID": "5511900000006@s.whatsapp.net"},
        "nobody",
    ]
    bridge.answers = {"/user/check": yes({"Users": users})}
    assert provider.check_numbers(INSTANCE, [f"+551190000000{number}" for number in range(1, 8)]) == {
        "+5511900000001": "99887766554433@lid",
        "+5511900000002": "5511900000002@s.whatsapp.net",
        "+5511900000003": None,
    }


@pytest.mark.parametrize("data", [{}, {"Users": None}, {"Users": {}}, {"Users": [[]]}, []])
def test_a_check_without_entries_answers_nothing(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, data: object
) -> None:
    """Everybody would count as not being on WhatsApp because a build answers in another shape."""
    bridge.answers = {"/user/check": yes(data)}
    assert provider.check_numbers(INSTANCE, [f"+{NUMBER}"]) == {}


def test_groups_are_read_with_doubt(bridge: ScriptedBridge, provider: WhatsmeowProvider) -> None:
    """One odd group would hide all the others, or break the page that lists them."""
    groups: list[object] = [
        {"JID": "120363041234567890@g.us", "Name": "Clientes \ud83d", "Participants": [{}, {}]},
        {"JID": "5511987654321-1600000000@g.us", "Participants": None},
        {"JID": "553187654321@s.whatsapp.net", "Name": "Ana"},
        {"Name": "no address"},
        None,
    ]
    bridge.answers = {"/group/list": yes({"Groups": groups})}
    assert provider.groups(INSTANCE) == [
        Group("120363041234567890@g.us", "Clientes ", 2),
        Group("5511987654321-1600000000@g.us", "", 0),
    ]


def test_a_group_list_that_failed_is_said_whatever_it_claims(
    bridge: ScriptedBridge, provider: WhatsmeowProvider
) -> None:
    """An operator would believe that the number is in no group."""
    bridge.answers = {"/group/list": (500, '{"code":500,"data":"failed to get group list","success":true}')}
    with pytest.raises(ProviderUnavailable):
        provider.groups(INSTANCE)


@pytest.mark.parametrize("answer", [no("no session"), (502, "<html>"), (200, ""), (404, "404 page not found\n")])
def test_typing_never_tells_of_trouble(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, answer: tuple[int, str]
) -> None:
    """A message would fail because the three dots before it could not be shown."""
    bridge.answers = {"/chat/presence": answer}
    provider.typing(INSTANCE, a_message(), 1.0)
    assert json.loads(bridge.bodies[0]) == {"Phone": NUMBER, "State": "composing", "Media": ""}


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("", None),
        ("7", 7_000),
        ("0", 0),
        ("-7", None),
        ("²", None),
        ("9" * 30, None),
        ("Wed, 25 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_the_wait_that_was_asked_for_is_kept(
    bridge: ScriptedBridge, provider: WhatsmeowProvider, header: str, wait: int | None
) -> None:
    """A number that WhatsApp asked to wait would go on sending; or one odd header would stop it for years."""
    bridge.answers, bridge.retry_after = {"/chat/send/text": (429, "slow down")}, header
    outcome = provider.send(INSTANCE, a_message())
    assert isinstance(outcome, NotSent)
    assert (outcome.failure, outcome.retry_after) == (FailureClass.THROTTLED, wait)
