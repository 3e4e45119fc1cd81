"""What the bridge's events say, in recorded shapes and as the local phone sends them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.adapters.providers.whatsmeow.webhook import events_of
from chalicelib.application.ports.provider import Inbound, Receipt
from chalicelib.domain.connection import Cause, Connection, Report, TemporaryBan
from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import InvalidInput
from infra.local.phone import LocalPhone, Timings
from tests.contract import samples
from tests.contract.whatsmeow import INTENT, adapter
from tests.local_phone.driver import ADMIN, Driver, Receiver

if TYPE_CHECKING:
    from pathlib import Path

AT = 1_769_860_800_000
WIRE_ID = message_id(INTENT, 0)
HIDDEN = Alias(AliasKind.LID, "99887766554433@lid")
SHOWN = (Alias(AliasKind.PHONE, "+553187654321"), Alias(AliasKind.JID, "553187654321@s.whatsapp.net"))


def body(kind: str, event: object, **beside: object) -> bytes:
    """A webhook of the bridge."""
    return json.dumps({"type": kind, "event": event, "userID": "1", "instanceName": "ins", **beside}).encode()


def written(text: str = "SAIR", message: object = None, **info: object) -> bytes:
    """A message that somebody wrote, with parts of its Info changed."""
    known: dict[str, Any] = {
        "Chat": "553187654321@s.whatsapp.net",
        "Sender": "553187654321:7@s.whatsapp.net",
        "SenderAlt": "",
        "AddressingMode": "pn",
        "IsFromMe": False,
        "IsGroup": False,
        "ID": "3A0123456789ABCDEF",
        "PushName": "Ana",
        "Timestamp": "2026-01-31T12:00:00Z",
    }
    content = {"conversation": text} if message is None else message
    return body("Message", {"Info": known | info, "Message": content})


@pytest.mark.parametrize(
    ("kind", "event", "report"),
    [
        ("Connected", {}, Report(Connection.CONNECTED)),
        ("PairSuccess", {"ID": "5511987654321:1@s.whatsapp.net"}, Report(Connection.CONNECTED)),
        ("Disconnected", {}, Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST)),
        ("QRTimeout", {}, Report(Connection.DISCONNECTED, Cause.QR_TIMEOUT)),
        ("QRTimeout", None, Report(Connection.DISCONNECTED, Cause.QR_TIMEOUT)),
        ("ClientOutdated", {}, Report(Connection.ERROR, Cause.CLIENT_OUTDATED)),
        ("LoggedOut", {"OnConnect": False, "Reason": 401}, Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)),
        ("LoggedOut", {"OnConnect": True, "Reason": 403}, Report(Connection.LOGGED_OUT, Cause.ACCOUNT_LOCKED)),
        ("LoggedOut", {"OnConnect": True, "Reason": 406}, Report(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED)),
        ("LoggedOut", {}, Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)),
        ("ConnectFailure", {"Reason": 503, "Message": "?"}, Report(Connection.ERROR, Cause.CONNECT_FAILED)),
        ("ConnectFailure", {"Reason": 406}, Report(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED)),
        ("PairPasskeyRequest", {}, Report(Connection.PASSKEY_REQUIRED)),
        (
            "TemporaryBan",
            {"Code": 104, "Expire": 7_200_000_000_000},
            Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST, TemporaryBan(104, 7_200_000)),
        ),
    ],
)
def test_a_sessions_events_are_understood(kind: str, event: object, report: Report) -> None:
    """A ban or a logout would go unnoticed until every message to come had failed."""
    assert list(events_of(body(kind, event))) == [report]


def test_a_message_names_its_writer() -> None:
    """Nobody could opt out: the message would belong to no contact."""
    [heard] = events_of(written())
    assert heard == Inbound("3A0123456789ABCDEF", SHOWN, "Ana", "SAIR", AT, in_group=False)


def test_both_names_of_a_hidden_writer_are_taken() -> None:
    """Somebody who writes from a hidden name would not be recognised as the person we wrote to."""
    [heard] = events_of(written(Sender="99887766554433:2@lid", SenderAlt="553187654321@s.whatsapp.net"))
    assert isinstance(heard, Inbound)
    assert heard.sender == (HIDDEN, *SHOWN)
    [alone] = events_of(written(Sender="99887766554433@lid"))
    assert isinstance(alone, Inbound)
    assert alone.sender == (HIDDEN,)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"conversation": "oi"}, "oi"),
        ({"extendedTextMessage": {"text": "SAIR", "contextInfo": {"stanzaID": WIRE_ID}}}, "SAIR"),
        ({"buttonsResponseMessage": {"selectedDisplayText": "Parar"}}, "Parar"),
        ({"listResponseMessage": {"title": "Cancelar"}}, "Cancelar"),
        ({"imageMessage": {"caption": "SAIR"}}, ""),
        ({"conversation": 7, "extendedTextMessage": "x"}, ""),
        ({"conversation": "half \ud83d"}, "half "),
        ({}, ""),
        ("nothing", ""),
    ],
)
def test_the_text_is_found_where_it_stands(message: object, text: str) -> None:
    """A quoted "SAIR", or one chosen from buttons, would not count."""
    [heard] = events_of(written(message=message))
    assert isinstance(heard, Inbound)
    assert heard.text == text


def test_what_nobody_wrote_to_us_is_left_alone() -> None:
    """What the owner types on the phone, or a status update, would count as a customer's answer."""
    assert list(events_of(written(IsFromMe=True))) == []
    assert list(events_of(written(Chat="status@broadcast"))) == []
    assert list(events_of(written(Chat="1203630@newsletter"))) == []
    [group] = events_of(written(Chat="120363041234567890@g.us", IsGroup=True))
    assert isinstance(group, Inbound)
    assert group.in_group


def test_a_receipt_shows_the_hidden_name_of_its_receiver() -> None:
    """A later "SAIR" from the hidden name would be nobody's."""
    facts = {"MessageIDs": [WIRE_ID], "Timestamp": "2026-01-31T12:00:00Z", "Chat": HIDDEN.value, "Sender": HIDDEN.value}
    [receipt] = events_of(body("ReadReceipt", facts, state="Delivered"))
    assert isinstance(receipt, Receipt)
    assert receipt.recipient == (HIDDEN,)
    [in_group] = events_of(body("ReadReceipt", facts | {"IsGroup": True}, state="Delivered"))
    assert isinstance(in_group, Receipt)
    assert in_group.recipient == ()


@pytest.mark.parametrize(
    "wrong",
    [
        body("QR", "code"),
        body("HistorySync", {}),
        body("Message", "x"),
        body("Message", {"Message": {}}),
        written(ID=""),
        written(ID=5),
        written(ID="x" * 500),
        written(Sender="", SenderAlt=None),
        written(Sender="somebody"),
        written(Timestamp="0001-01-01T00:00:00Z"),
        written(Timestamp=None),
        body("TemporaryBan", {}),
        body("TemporaryBan", {"Code": 101, "Expire": -1}),
        body("TemporaryBan", {"Code": True, "Expire": 5}),
        b"[" * 100_000,
        b'{"type": NaN}',
    ],
)
def test_what_makes_no_sense_is_refused(wrong: bytes) -> None:
    """A change of the bridge would be swallowed; refused, it waits in the dead letters for somebody to look."""
    with pytest.raises(InvalidInput):
        events_of(wrong)


def test_the_phone_speaks_these_shapes(tmp_path: Path) -> None:
    """Every test that uses the local phone would prove something about the local phone only."""
    instance = samples.instance()
    timings = Timings(receipt=0.01, settle=0.0, reconnect=0.05)
    session = f"sessions/{instance.id}"
    with Receiver() as receiver, LocalPhone(state=tmp_path, admin_token=ADMIN, timings=timings) as phone:
        made, driver = adapter(phone.url), Driver(phone.url)
        made.provider.register(instance, receiver.url)
        made.provider.connect(instance)
        driver.control(f"{session}/scan")
        said = {"from": "5531987654321", "lid": "99887766554433", "text": "SAIR", "to": WIRE_ID}
        driver.control(f"{session}/reply", said)
        driver.control(f"{session}/disconnect")
        receiver.wait_for("Connected", times=2)
        driver.control(f"{session}/ban", {"code": 102, "seconds": 60})
        receiver.wait_for("TemporaryBan")
        facts = [fact for hook in receiver.hooks for fact in events_of(hook.raw)]
        made.pool.clear()
    assert Report(Connection.CONNECTED) in facts
    assert Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST) in facts
    assert Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST, TemporaryBan(102, 60_000)) in facts
    [heard] = [fact for fact in facts if isinstance(fact, Inbound)]
    assert (heard.sender, heard.text) == ((HIDDEN, *SHOWN), "SAIR")
