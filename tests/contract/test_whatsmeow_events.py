"""What the bridge's events say, in recorded shapes and as the local phone sends them."""

from __future__ import annotations

import json
from contextlib import suppress
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
        ("ConnectFailure", {"Reason": 405}, Report(Connection.ERROR, Cause.CLIENT_OUTDATED)),
        ("ConnectFailure", "none", Report(Connection.ERROR, Cause.CONNECT_FAILED)),
        ("LoggedOut", {"Reason": 405}, Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)),
        ("StreamReplaced", {}, Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST)),
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
        ({"buttonsResponseMessage": {"Response": {"SelectedDisplayText": "Parar"}}}, "Parar"),
        ({"buttonsResponseMessage": {"selectedDisplayText": "Parar"}}, "Parar"),
        ({"templateButtonReplyMessage": {"selectedDisplayText": "Parar"}}, "Parar"),
        ({"interactiveResponseMessage": {"body": {"text": "Sair da lista"}}}, "Sair da lista"),
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


def test_a_device_kept_by_meta_is_its_person() -> None:
    """A customer who answers from such a business account would be nobody, and could not opt out."""
    [heard] = events_of(written(Sender="553187654321:99@hosted", SenderAlt="99887766554433:99@hosted.lid"))
    assert isinstance(heard, Inbound)
    assert heard.sender == (*SHOWN, HIDDEN)


def test_what_nobody_wrote_to_us_is_left_alone() -> None:
    """What the owner types on the phone, or a status update, would count as a customer's answer."""
    for nobody in ("0@s.whatsapp.net", "867051314767696@bot", "1234@msgr"):
        assert list(events_of(written(Chat=nobody, Sender=nobody))) == []
    assert list(events_of(written(Chat="120363041234567890@g.us", Sender="867051314767696@bot"))) == []
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


def test_a_receipt_by_our_own_device_names_the_other_person() -> None:
    """Our own number would become a name of the customer, and every customer of ours the same person."""
    facts = {"MessageIDs": [WIRE_ID], "Timestamp": "2026-01-31T12:00:00Z", "IsFromMe": True}
    people = {"Sender": "5511900000000:3@s.whatsapp.net", "Chat": HIDDEN.value, "RecipientAlt": SHOWN[1].value}
    [receipt] = events_of(body("ReadReceipt", facts | people, state="Delivered"))
    assert isinstance(receipt, Receipt)
    assert receipt.recipient == (HIDDEN, *SHOWN)


PLACES = (
    ("type",),
    ("state",),
    ("event",),
    *(("event", name) for name in ("Info", "Message", "MessageIDs", "Timestamp", "Chat", "Sender", "Reason", "Code")),
    *(("event", "Info", name) for name in ("Chat", "Sender", "SenderAlt", "IsFromMe", "ID", "Timestamp", "PushName")),
    ("event", "Message", "conversation"),
    ("event", "Expire"),
)
HOSTILE = (
    *("null", "true", "-5", "0.5", "NaN", "1e999", "9" * 4_000, "9" * 5_000, "[]", "{}", '"\\ud83d"', '"\\u0000"'),
    *("[" * depth + "]" * depth for depth in (400, 900, 980, 990, 995, 1_000)),
    '{"a":' * 900 + "1" + "}" * 900,
)


@pytest.mark.parametrize("kind", ["Message", "ReadReceipt", "LoggedOut", "TemporaryBan", "ConnectFailure"])
@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_a_hostile_shape_is_a_fact_or_refused(kind: str, place: tuple[str, ...]) -> None:
    """One crafted webhook would crash the worker again and again, and hold up every receipt behind it."""
    for value in HOSTILE:
        event = json.loads(written())
        event |= {"type": kind, "state": "Read"}
        event["event"] |= {"MessageIDs": [WIRE_ID], "Timestamp": "2026-01-31T12:00:00Z", "Code": 101, "Expire": 5}
        inner = event
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = "HERE"
        with suppress(InvalidInput):
            for fact in events_of(json.dumps(event).replace('"HERE"', value).encode()):
                texts = (fact.text, fact.name or "", fact.message_id) if isinstance(fact, Inbound) else ()
                "".join(texts).encode()


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
        written(ID="half \ud83d"),
        written(Sender="somebody"),
        written(Sender="5\N{ARABIC-INDIC DIGIT ONE}87654321@s.whatsapp.net"),
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
