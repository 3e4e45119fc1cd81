"""What the phone tells the world, how it signs it and how often it tries."""

import hashlib
import hmac
import time

import pytest

from tests.local_phone.driver import INSTANCE, KEY, NUMBER, Driver, Receiver


def test_a_sent_text_is_confirmed(driver: Driver, receiver: Receiver) -> None:
    """Messages would stay "sent" for ever."""
    user_id = driver.paired(webhook=receiver.url)
    driver.send("ID1")
    hook = receiver.wait_for("ReadReceipt")[0].json
    assert (hook["userID"], hook["instanceName"], hook["state"]) == (user_id, INSTANCE, "Delivered")
    assert hook["event"].pop("Timestamp").endswith("Z")
    chat = f"{NUMBER}@s.whatsapp.net"
    expected = {"MessageIDs": ["ID1"], "Chat": chat, "Sender": chat, "IsFromMe": False, "IsGroup": False, "Type": ""}
    assert hook["event"] == expected


def test_a_message_is_read_on_request(driver: Driver, receiver: Receiver) -> None:
    """The read state could not be tried."""
    driver.paired(webhook=receiver.url)
    driver.send("ID1")
    receiver.wait_for("ReadReceipt")
    assert driver.control(f"sessions/{INSTANCE}/read", {"id": "ID1"}).status == 200
    hook = receiver.wait_for("ReadReceipt", times=2)[1].json
    assert (hook["state"], hook["event"]["MessageIDs"], hook["event"]["Type"]) == ("Read", ["ID1"], "read")


def test_a_scan_and_a_logout_are_told(driver: Driver, receiver: Receiver) -> None:
    """Onboarding and the loss of a number would only ever be found by polling."""
    driver.paired(webhook=receiver.url)
    assert receiver.wait_for("PairSuccess")[0].json["event"]["ID"] == driver.status()["jid"]
    receiver.wait_for("Connected")
    assert driver.control(f"sessions/{INSTANCE}/logout").status == 200
    assert receiver.wait_for("LoggedOut")[0].json["event"] == {"OnConnect": False, "Reason": 401}
    assert driver.status()["loggedIn"] is False
    assert driver.send().error == "no session"


def test_a_logout_while_offline_is_told_on_connect(driver: Driver, receiver: Receiver) -> None:
    """The branch OnConnect would never be met before production."""
    driver.paired(webhook=receiver.url)
    driver.call("POST", "/session/disconnect")
    driver.control(f"sessions/{INSTANCE}/logout")
    assert driver.connect().data["details"] == "Connected!"
    assert receiver.wait_for("LoggedOut")[0].json["event"] == {"OnConnect": True, "Reason": 401}
    assert driver.status()["connected"] is False


def test_a_logout_by_the_bridge_is_told_to_nobody(driver: Driver, receiver: Receiver) -> None:
    """The system would rely on an event that the real bridge never sends."""
    driver.paired(webhook=receiver.url)
    receiver.wait_for("Connected")
    driver.call("POST", "/session/logout")
    driver.connect()
    driver.control(f"sessions/{INSTANCE}/scan")
    receiver.wait_for("Connected", times=2)
    assert "LoggedOut" not in receiver.kinds()


def test_only_subscribed_events_are_sent(driver: Driver, receiver: Receiver) -> None:
    """A missing subscription would go unnoticed until production."""
    driver.add_user(webhook=receiver.url)
    driver.connect(subscribe="Connected")
    driver.control(f"sessions/{INSTANCE}/scan")
    receiver.wait_for("Connected")
    assert receiver.kinds() == ["Connected"]


def test_a_key_given_at_creation_signs_nothing(driver: Driver, receiver: Receiver) -> None:
    """The one call that turns signing on would be forgotten."""
    driver.paired(webhook=receiver.url)
    assert receiver.wait_for("PairSuccess")[0].signature is None
    assert driver.call("POST", "/session/hmac/config", {"hmac_key": KEY}).status == 200
    driver.send()
    hook = receiver.wait_for("ReadReceipt")[0]
    assert hook.signature == hmac.new(KEY.encode(), hook.raw, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("refusal", [401, 500, 302])
def test_a_refused_webhook_is_tried_again_with_the_same_bytes(
    driver: Driver,
    receiver: Receiver,
    refusal: int,
) -> None:
    """A deployment in the middle of an event would lose it, or a repeat could not be recognised."""
    receiver.statuses = [refusal] * 4
    driver.add_user(webhook=receiver.url)
    driver.call("POST", "/session/hmac/config", {"hmac_key": KEY})
    driver.connect(subscribe="PairSuccess")
    driver.control(f"sessions/{INSTANCE}/scan")
    hooks = receiver.wait_for("PairSuccess", times=5)
    assert len({(hook.raw, hook.signature) for hook in hooks}) == 1


def test_a_webhook_is_given_up_after_five_attempts(driver: Driver, receiver: Receiver) -> None:
    """A receiver that always refuses would be called for ever."""
    receiver.statuses = [500] * 5
    driver.add_user(webhook=receiver.url)
    driver.connect(subscribe="PairSuccess,ReadReceipt")
    driver.control(f"sessions/{INSTANCE}/scan")
    receiver.wait_for("PairSuccess", times=5)
    driver.send()
    receiver.wait_for("ReadReceipt")
    assert receiver.kinds().count("PairSuccess") == 5


@pytest.mark.parametrize("webhook", ["http://127.0.0.1:9/down", "no url at all", "http://[::1", "http://a\nb/"])
def test_a_webhook_that_is_down_harms_nobody(driver: Driver, receiver: Receiver, webhook: str) -> None:
    """One dead target would silence the others."""
    for index in range(10):
        driver.paired(name=f"down-{index}", token=f"down-{index}", webhook=webhook)
    driver.paired(webhook=receiver.url)
    receiver.wait_for("Connected")


def test_duplicated_webhooks(driver: Driver, receiver: Receiver) -> None:
    """De-duplication by content would be untested."""
    driver.paired(webhook=receiver.url)
    driver.faults(webhooks="duplicate")
    driver.send()
    first, second = receiver.wait_for("ReadReceipt", times=2)
    assert first == second


def test_delayed_webhooks(driver: Driver, receiver: Receiver) -> None:
    """Late receipts could not be tried."""
    driver.paired(webhook=receiver.url)
    driver.faults(webhooks="delay")
    started = time.monotonic()
    driver.send()
    receiver.wait_for("ReadReceipt")
    assert time.monotonic() - started >= 0.4


def test_reordered_webhooks(driver: Driver, receiver: Receiver) -> None:
    """A receipt that arrives before an earlier event could not be tried."""
    driver.paired(webhook=receiver.url)
    driver.faults(webhooks="reorder")
    driver.send("ID1")
    driver.send("ID2")
    hooks = receiver.wait_for("ReadReceipt", times=2)
    assert [hook.json["event"]["MessageIDs"] for hook in hooks] == [["ID2"], ["ID1"]]


def test_dropped_webhooks(driver: Driver, receiver: Receiver) -> None:
    """Lost receipts could not be tried."""
    driver.paired(webhook=receiver.url)
    driver.faults(webhooks="drop")
    driver.send("ID1")
    driver.control("faults", method="DELETE")
    driver.send("ID2")
    assert receiver.wait_for("ReadReceipt")[0].json["event"]["MessageIDs"] == ["ID2"]
    assert receiver.kinds().count("ReadReceipt") == 1


def test_groups_confirm_nothing(driver: Driver, receiver: Receiver) -> None:
    """A group would look like a person who got the message."""
    driver.paired(webhook=receiver.url)
    driver.control("sessions/ins_01/groups", {"jid": "120363@g.us", "name": "Clientes"})
    assert driver.send("GROUP", Phone="120363@g.us").status == 200
    driver.send("PERSON")
    assert receiver.wait_for("ReadReceipt")[0].json["event"]["MessageIDs"] == ["PERSON"]


def test_names_under_localhost_are_this_machine(driver: Driver, receiver: Receiver) -> None:
    """Webhooks to the embedded gateway would depend on the resolver of the machine."""
    named = receiver.url.replace("127.0.0.1", "abc123.execute-api.localhost")
    driver.paired(webhook=named)
    hook = receiver.wait_for("PairSuccess")[0]
    assert hook.host == named.split("/")[2]


def test_badly_delivered_webhooks_can_be_one_numbers_own(driver: Driver, receiver: Receiver) -> None:
    """Losing one number's events would lose everybody's."""
    driver.paired(webhook=receiver.url)
    driver.paired(name="ins_02", token="token-2", webhook=receiver.url)
    driver.faults(webhooks="drop", instance_id="ins_02")
    driver.send("LOST", token="token-2")
    driver.send("KEPT")
    assert receiver.wait_for("ReadReceipt")[0].json["event"]["MessageIDs"] == ["KEPT"]
