"""What others do: they write, have WhatsApp or not, and WhatsApp bans, locks and loses sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.phone import LocalPhone
from tests.local_phone.conftest import FAST
from tests.local_phone.driver import ADMIN, INSTANCE, NUMBER, TOKEN, Driver, Receiver, eventually

if TYPE_CHECKING:
    from pathlib import Path

SESSION = f"sessions/{INSTANCE}"
EVERYTHING = "Message,Connected,Disconnected,LoggedOut,TemporaryBan,ClientOutdated"


def heard(driver: Driver, receiver: Receiver, **said: object) -> Any:  # noqa: ANN401 - the shape is what is looked at
    """Let somebody write; returns the event that the bridge tells."""
    before = len([kind for kind in receiver.kinds() if kind == "Message"])
    answer = driver.control(f"{SESSION}/reply", {"from": NUMBER, "text": "SAIR", **said})
    assert answer.status == 200, answer.raw
    return receiver.wait_for("Message", before + 1)[-1].json["event"]


def told(driver: Driver, receiver: Receiver) -> None:
    """A paired session that tells everything."""
    driver.add_user(webhook=receiver.url, events=EVERYTHING)
    driver.connect(subscribe=EVERYTHING)
    driver.control(f"{SESSION}/scan")
    receiver.wait_for("Connected")


def test_a_message_says_who_wrote_it(driver: Driver, receiver: Receiver) -> None:
    """Opt-outs would be tried with shapes that no bridge sends."""
    told(driver, receiver)
    plain = heard(driver, receiver)
    assert plain["Info"]["Sender"] == plain["Info"]["Chat"] == f"{NUMBER}@s.whatsapp.net"
    assert (plain["Message"], plain["Info"]["IsFromMe"]) == ({"conversation": "SAIR"}, False)
    hidden = heard(driver, receiver, lid="998877", to="ID1")
    assert (hidden["Info"]["Sender"], hidden["Info"]["AddressingMode"]) == ("998877@lid", "lid")
    assert hidden["Info"]["SenderAlt"] == f"{NUMBER}@s.whatsapp.net"
    assert hidden["Message"]["extendedTextMessage"]["contextInfo"]["stanzaID"] == "ID1"
    assert heard(driver, receiver, lid="998877", hide_phone=True)["Info"]["SenderAlt"] == ""
    group = heard(driver, receiver, group="1203@g.us")
    assert (group["Info"]["Chat"], group["Info"]["IsGroup"]) == ("1203@g.us", True)
    assert [one["text"] for one in driver.log()["inbound"]] == ["SAIR"] * 4


def test_brazilians_write_from_the_number_whatsapp_knows(driver: Driver, receiver: Receiver) -> None:
    """The ninth digit would bite the first customer outside São Paulo."""
    told(driver, receiver)
    event = heard(driver, receiver, **{"from": "5531987654321"})
    assert event["Info"]["Sender"] == "553187654321@s.whatsapp.net"


def test_numbers_are_checked(driver: Driver) -> None:
    """Number checks would be tried against wishes, not against what a bridge answers."""
    driver.paired()
    driver.control("contacts", {"phone": "5511900000001", "on_whatsapp": False})
    driver.control("contacts", {"phone": "5511900000002", "lid": "998877"})
    driver.control("contacts", {"phone": "525512345678", "registered_as": "5215512345678"})
    phones = ["5531987654321", "5511900000001", "5511900000002", "525512345678"]
    users = driver.call("POST", "/user/check", {"Phone": phones}).data["Users"]
    assert [(one["Query"], one["IsInWhatsapp"], one["JID"]) for one in users] == [
        (phones[0], True, "553187654321@s.whatsapp.net"),
        (phones[1], False, "5511900000001@s.whatsapp.net"),
        (phones[2], True, "998877@lid"),
        (phones[3], True, "5215512345678@s.whatsapp.net"),
    ]
    assert "no LID found" in driver.send(Phone=phones[1]).error


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("location", {"Latitude": -23.5, "Longitude": -46.6, "Name": "Loja", "Id": "L1"}),
        ("location", {"Latitude": 1, "Longitude": 2, "Id": "L1"}),
    ],
)
def test_places_are_sent(driver: Driver, path: str, body: dict[str, object]) -> None:
    """A place could not be tried without a real number."""
    driver.paired()
    sent = driver.call("POST", f"/chat/send/{path}", {"Phone": NUMBER, **body})
    assert (sent.status, sent.data["Id"]) == (200, "L1")
    without = driver.call("POST", "/chat/send/location", {"Phone": NUMBER, **body, "Latitude": 0})
    assert (without.status, without.error) == (400, "missing Latitude in Payload")
    wrong = driver.call("POST", "/chat/send/location", {"Phone": NUMBER, **body, "Latitude": "x"})
    assert wrong.status == 400


def test_a_reaction_has_an_id_of_its_own(driver: Driver) -> None:
    """A repeat would look harmless here and be a second reaction in the world."""
    driver.paired()
    for _ in range(2):
        sent = driver.call("POST", "/chat/react", {"Phone": NUMBER, "Body": "👍", "Id": "me:ID1"})
        assert sent.data["Id"] == "ID1"
    assert [(one["type"], one["copies"]) for one in driver.log()["messages"]] == [("reaction", 1)] * 2


def test_a_temporary_ban_keeps_a_session_closed(driver: Driver, receiver: Receiver) -> None:
    """What a ban does to the queue could only be learned from a real one."""
    told(driver, receiver)
    driver.control(f"{SESSION}/ban", {"code": 104, "seconds": 600})
    (ban,) = receiver.wait_for("TemporaryBan")
    assert ban.json["event"] == {"Code": 104, "Expire": 600_000_000_000}
    driver.connect(subscribe=EVERYTHING)
    receiver.wait_for("TemporaryBan", 2)
    assert driver.status()["connected"] is False


def test_a_ban_for_good_is_a_logout_with_its_reason(driver: Driver, receiver: Receiver) -> None:
    """The end of a number could not be tried."""
    told(driver, receiver)
    driver.control(f"{SESSION}/ban", {"permanent": True})
    (out,) = receiver.wait_for("LoggedOut")
    assert out.json["event"] == {"OnConnect": False, "Reason": 406}


def test_a_lost_socket_comes_back(tmp_path: Path, receiver: Receiver) -> None:
    """Every hiccup of a network would look like the end of a number."""
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=replace(FAST, reconnect=0.3)) as phone:
        driver = Driver(phone.url)
        told(driver, receiver)
        driver.control(f"{SESSION}/disconnect")
        assert driver.status()["connected"] is False
        assert driver.control(f"{SESSION}/disconnect").status == 409
        receiver.wait_for("Disconnected")
        receiver.wait_for("Connected", 2)
        assert driver.status()["loggedIn"] is True


def test_a_ban_outlives_a_lost_socket(tmp_path: Path, receiver: Receiver) -> None:
    """A banned number would seem to be well again by itself."""
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=replace(FAST, reconnect=0.1)) as phone:
        driver = Driver(phone.url)
        told(driver, receiver)
        driver.control(f"{SESSION}/disconnect")
        driver.control(f"{SESSION}/ban", {"code": 101, "seconds": 600})
        driver.paired(name="ins_02", token="token-2")
        driver.control("sessions/ins_02/disconnect")
        eventually(lambda: driver.call("GET", "/session/status", token="token-2").data["connected"])
        assert driver.status()["connected"] is False


def test_a_ban_ends(driver: Driver, receiver: Receiver) -> None:
    """Whether sending goes on after a ban could not be tried."""
    told(driver, receiver)
    driver.control(f"{SESSION}/ban", {"seconds": 1})
    driver.connect(subscribe=EVERYTHING)
    assert driver.status()["connected"] is False
    eventually(lambda: driver.connect(subscribe=EVERYTHING) and driver.status()["loggedIn"])
    assert driver.send().status == 200


def test_an_outdated_client_is_shown_the_door(driver: Driver, receiver: Receiver) -> None:
    """A bridge that needs an update would look like a number that is broken."""
    told(driver, receiver)
    driver.control(f"{SESSION}/outdated")
    (event,) = receiver.wait_for("ClientOutdated")
    assert event.json["event"] == {}
    assert driver.status()["connected"] is False


def test_a_reachout_lock_spares_those_who_wrote(driver: Driver) -> None:
    """The lock that hits new numbers first could not be tried."""
    driver.paired()
    driver.control(f"{SESSION}/reachout-lock", {"seconds": 60})
    assert "463" in driver.send().error
    driver.control(f"{SESSION}/reply", {"from": NUMBER, "text": "oi"})
    assert driver.send().status == 200
    driver.control(f"{SESSION}/reachout-lock", {"scope": "contact", "contact": "5511900000009", "seconds": 60})
    assert driver.send("ID2", Phone="5511900000008").status == 200
    assert "463" in driver.send("ID3", Phone="5511900000009").error


def test_a_reachout_lock_knows_people_by_all_their_names(driver: Driver) -> None:
    """A customer who wrote first would be locked out by a ninth digit or a hidden name, and so would every group."""
    driver.paired()
    driver.control(f"{SESSION}/reachout-lock", {"seconds": 60})
    driver.control(f"{SESSION}/reply", {"from": "5531987654321", "lid": "998877", "text": "oi"})
    driver.control(f"{SESSION}/groups", {"jid": "120363@g.us", "name": "Clientes"})
    for index, known in enumerate(("5531987654321", "553187654321", "998877@lid", "120363@g.us")):
        assert driver.send(f"ID{index}", Phone=known).status == 200, known
    assert driver.send("ID9", Phone="778899@lid").status == 500


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{SESSION}/reply", {"from": NUMBER, "text": "oi", "lid": "99@lid"}),
        (f"{SESSION}/reply", {"from": NUMBER, "text": "oi", "group": "Clientes"}),
        (f"{SESSION}/groups", {"jid": "Clientes", "name": "Clientes"}),
        (f"{SESSION}/groups", {"name": "Clientes", "member": False}),
        (f"{SESSION}/ban", {"seconds": 0}),
        (f"{SESSION}/reachout-lock", {"scope": "world"}),
        ("contacts", {"phone": NUMBER, "lid": "x"}),
    ],
)
def test_senseless_people_are_refused(refusing: Driver, path: str, body: dict[str, object]) -> None:
    """A mistyped control call would pass for a shape that a bridge sends."""
    assert refusing.control(path, body).status == 400
    assert refusing.log()["inbound"] == []


def test_nobody_writes_to_a_number_that_is_offline(driver: Driver) -> None:
    """A test would wait for an answer that no bridge can hear."""
    driver.add_user()
    assert driver.control(f"{SESSION}/reply", {"from": NUMBER, "text": "oi"}).status == 409


def test_a_group_is_for_its_members(driver: Driver) -> None:
    """Messages to a group would seem to arrive from a number that is not in it."""
    driver.paired()
    driver.paired(name="ins_02", token="token-2")
    jid = driver.control(f"{SESSION}/groups", {"name": "Clientes"}).json["jid"]
    assert driver.send("ID1", Phone=jid).status == 200
    refused = driver.send("ID2", Phone=jid, token="token-2")
    assert (refused.status, "not participating in that group" in refused.error) == (500, True)
    assert driver.control("sessions/ins_02/groups", {"name": "Clientes"}).json["jid"] == jid
    assert driver.send("ID3", Phone=jid, token="token-2").status == 200
    driver.control(f"{SESSION}/groups", {"jid": jid, "member": False})
    assert driver.send("ID4", Phone=jid).status == 500
    assert [name for name, *_ in driver.messages()] == ["ID1", "ID3"]


def test_questions_need_a_session(driver: Driver) -> None:
    """A number that is not there would look like one without contacts and groups."""
    driver.add_user()
    for method, path, body in (
        ("POST", "/user/check", {"Phone": [NUMBER]}),
        ("GET", "/group/list", None),
        ("POST", "/session/pairphone", {"Phone": NUMBER}),
        ("POST", "/chat/presence", {"Phone": NUMBER, "State": "composing"}),
        ("POST", "/chat/react", {"Phone": NUMBER, "Body": "👍", "Id": "ID1"}),
    ):
        answer = driver.call(method, path, body)
        assert (answer.status, answer.error) == (500, "no session"), path


def test_typing_is_shown(driver: Driver) -> None:
    """Typing would be tried on a real number first."""
    driver.paired()
    shown = driver.call("POST", "/chat/presence", {"Phone": NUMBER, "State": "composing", "Media": ""})
    assert shown.status == 200
    without = driver.call("POST", "/chat/presence", {"Phone": NUMBER})
    assert (without.status, without.error) == (400, "missing State in Payload")
    assert driver.messages() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [("send/location", {"Latitude": 1.5, "Longitude": 2.5, "Id": "L1"}), ("react", {"Body": "👍", "Id": "ID1"})],
)
def test_faults_hold_for_every_kind_of_send(driver: Driver, path: str, body: dict[str, object]) -> None:
    """Failures of places and reactions could not be tried."""
    driver.paired()
    driver.faults(answer="timeout_text", count=1)
    first = driver.call("POST", f"/chat/{path}", {"Phone": NUMBER, **body})
    assert "timed out" in first.error
    assert len(driver.messages()) == 1
    assert driver.call("POST", f"/chat/{path}", {"Phone": NUMBER, **body}).status == 200


def test_what_others_did_survives_a_restart(tmp_path: Path) -> None:
    """A developer who restarts the stack would lose their chats, groups and bans."""
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=FAST) as phone:
        driver = Driver(phone.url)
        driver.paired()
        driver.control(f"{SESSION}/reply", {"from": NUMBER, "text": "oi"})
        driver.control(f"{SESSION}/groups", {"jid": "1203@g.us", "name": "Clientes"})
        driver.control(f"{SESSION}/reachout-lock", {"seconds": 60})
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=FAST) as phone:
        driver = Driver(phone.url)
        assert [one["text"] for one in driver.log()["inbound"]] == ["oi"]
        groups = driver.call("GET", "/group/list", token=TOKEN).data["Groups"]
        assert [(one["JID"], one["Name"]) for one in groups] == [("1203@g.us", "Clientes")]
        assert eventually(lambda: "463" in driver.send(Phone="5511900000009").error)
