"""What others do: they write, have WhatsApp or not, and WhatsApp bans, locks and loses sessions."""

from __future__ import annotations

import time
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
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=FAST) as phone:
        driver = Driver(phone.url)
        told(driver, receiver)
        driver.control(f"{SESSION}/disconnect")
        receiver.wait_for("Disconnected")
        assert driver.status()["connected"] is False


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


def test_a_fault_can_be_one_numbers_own(driver: Driver) -> None:
    """One slow number could not be tried beside a fast one."""
    driver.paired()
    driver.paired(name="ins_02", token="token-2")
    driver.faults(answer="error", instance_id="ins_02", latency_ms=300, slow_status=True)
    started = time.monotonic()
    assert driver.send().status == 200
    assert driver.status()["connected"] is True
    assert time.monotonic() - started < 0.3
    assert driver.send(token="token-2").status == 500
    started = time.monotonic()
    driver.call("GET", "/session/status", token="token-2")
    assert time.monotonic() - started >= 0.3


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


def test_the_page_shows_codes_and_answers(driver: Driver) -> None:
    """A person could neither scan nor answer without knowing the control API by heart."""
    driver.add_user()
    driver.connect()
    waiting = driver.call("GET", "/", token=None).raw.decode()
    assert 'src="data:image/png;base64,' in waiting
    driver.control(f"{SESSION}/scan")
    driver.control(f"{SESSION}/reply", {"from": NUMBER, "text": "quanto <b>custa</b>?"})
    page = driver.call("GET", "/", token=None).raw.decode()
    assert "quanto &lt;b&gt;custa&lt;/b&gt;?" in page
    assert page.count("SAIR") >= 1
