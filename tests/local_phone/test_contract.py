"""The bridge contract, as the real adapter meets it."""

from typing import Any

import pytest

from tests.local_phone.driver import ADMIN, EVENTS, INSTANCE, KEY, NUMBER, Driver


def test_users_are_created_listed_and_deleted(driver: Driver) -> None:
    """Without this nobody could provision an instance, or clean one up."""
    user_id = driver.add_user()
    listed = driver.admin("GET", "/admin/users").data
    assert [(user["id"], user["name"], user["events"]) for user in listed] == [(user_id, INSTANCE, EVENTS)]
    assert driver.admin("GET", f"/admin/users/{user_id}").data == listed
    deleted = driver.admin("DELETE", f"/admin/users/{user_id}")
    assert (deleted.status, deleted.data) == (200, {"id": user_id})
    assert driver.admin("DELETE", f"/admin/users/{user_id}").status == 404
    assert driver.call("GET", "/session/status").status == 401


def test_tokens_are_unique_and_names_are_not(driver: Driver) -> None:
    """An adapter that repeats a half-finished provisioning would not learn that the token exists already."""
    driver.add_user()
    assert driver.add_user(token="token-2") != ""
    answer = driver.admin("POST", "/admin/users", {"name": "other", "token": "token-1"})
    assert answer.status == 409
    assert answer.json == {"code": 409, "error": "user with this token already exists", "success": False}


@pytest.mark.parametrize(
    "body",
    [
        {"name": "a", "token": "t", "events": ["Message"]},
        {"name": "a", "token": 5},
        {"name": "a", "token": "t", "events": "Message,Unheard"},
        {"name": "a", "token": "t", "hmacKey": "short"},
        [],
    ],
)
def test_a_user_of_the_wrong_shape_is_refused(refusing: Driver, body: object) -> None:
    """The adapter's shape errors would pass here and fail against the real bridge."""
    assert refusing.admin("POST", "/admin/users", body).status == 400


def test_calls_without_their_token_are_refused(driver: Driver) -> None:
    """A missing or Bearer-wrapped token would go unnoticed until production."""
    driver.add_user()
    refusal = {"code": 401, "error": "unauthorized", "success": False}
    for headers in ({}, {"Authorization": f"Bearer {ADMIN}"}, {"Authorization": "wrong"}):
        answer = driver.call("GET", "/admin/users", token=None, headers=headers)
        assert (answer.status, answer.json) == (401, refusal)
    assert driver.call("GET", "/session/status", token=None).status == 401
    assert driver.call("GET", "/session/status", token="unknown").status == 401


def test_unknown_routes_answer_plain_text(driver: Driver) -> None:
    """The adapter would not learn that some errors are not JSON."""
    for path in ("/chat/send/template", "/nothing"):
        answer = driver.call("POST", path, {})
        assert answer.status == 404
        assert answer.content_type.startswith("text/plain")


def test_a_session_lives_from_connect_to_logout(driver: Driver) -> None:
    """Onboarding would be built on states the bridge never shows."""
    driver.add_user()
    before = driver.status()
    assert (before["connected"], before["loggedIn"], before["jid"]) == (False, False, "")
    connected = driver.connect()
    assert (connected.status, connected.data["details"]) == (200, "Connected!")
    waiting = driver.status()
    assert (waiting["connected"], waiting["loggedIn"]) == (True, False)
    jid = driver.control(f"sessions/{INSTANCE}/scan").json["jid"]
    paired = driver.status()
    assert (paired["connected"], paired["loggedIn"], paired["jid"]) == (True, True, jid)
    assert driver.call("POST", "/session/logout").status == 200
    after = driver.status()
    assert (after["connected"], after["loggedIn"], after["jid"]) == (False, False, jid)


def test_disconnecting_keeps_the_pairing(driver: Driver) -> None:
    """A reconnecting instance would ask its owner for a new scan."""
    driver.paired()
    assert driver.call("POST", "/session/disconnect").status == 200
    assert driver.status()["connected"] is False
    assert driver.send().error == "no session"
    assert driver.connect().status == 200
    assert driver.status()["loggedIn"] is True


def test_sessions_refuse_in_the_bridges_words(driver: Driver) -> None:
    """The adapter's matching of free texts would be tested against invented ones."""
    driver.add_user()
    for path in ("/session/disconnect", "/session/logout"):
        answer = driver.call("POST", path)
        assert (answer.status, answer.error) == (500, "no session")
    assert driver.connect().status == 200
    assert driver.connect().error == "already connected"
    assert driver.call("POST", "/session/logout").error == "could not logout as it was not logged in"


def test_connecting_without_immediate_waits(driver: Driver) -> None:
    """An adapter that forgot Immediate would seem quick here and block for ten seconds in production."""
    driver.add_user()
    with pytest.raises(Exception, match="timed out"):
        driver.call("POST", "/session/connect", {"Subscribe": ["Message"]}, timeout=0.1)


def test_connecting_sets_the_subscriptions(driver: Driver) -> None:
    """Events would stay off, or on, without anybody having asked."""
    driver.add_user(events="")
    answer = driver.connect(subscribe="Message,Unheard,ReadReceipt,Message")
    assert answer.data["events"] == "Message,ReadReceipt"
    assert driver.call("GET", "/webhook").data["subscribe"] == ["Message", "ReadReceipt"]
    assert driver.call("POST", "/session/disconnect").status == 200
    again = driver.call("POST", "/session/connect", {"Subscribe": [], "Immediate": True})
    assert again.data["events"] == "Message,ReadReceipt"


def test_a_webhook_without_events_is_silenced(driver: Driver) -> None:
    """An adapter that omits the events would go deaf in production only."""
    driver.add_user()
    url = "http://127.0.0.1:9/x"
    assert driver.call("POST", "/webhook", {"webhookurl": url, "events": ["Message"]}).data == {"webhook": url}
    assert driver.call("GET", "/webhook").data == {"webhook": url, "subscribe": ["Message"]}
    assert driver.call("POST", "/webhook", {"webhookurl": url}).status == 200
    assert driver.call("GET", "/webhook").data == {"webhook": url, "subscribe": [""]}


def test_a_signing_key_has_a_least_length(driver: Driver) -> None:
    """A key that the bridge refuses would look configured."""
    driver.add_user()
    assert driver.call("POST", "/session/hmac/config", {"hmac_key": "k" * 31}).status == 400
    assert driver.call("POST", "/session/hmac/config", {"hmac_key": KEY}).status == 200


def test_a_text_is_sent(driver: Driver) -> None:
    """Nothing else would matter."""
    driver.paired()
    answer = driver.send("3EB0ABC")
    assert answer.status == 200
    assert answer.json["success"] is True
    assert answer.data["Details"] == "Sent"
    assert answer.data["Id"] == "3EB0ABC"
    assert isinstance(answer.data["Timestamp"], int)
    message = driver.log()["messages"][0]
    assert message["at"].endswith("Z")
    del message["at"]
    expected = {"id": "3EB0ABC", "instance_id": INSTANCE, "to": NUMBER, "type": "text"}
    assert message == {**expected, "body": "Seu pedido saiu", "copies": 1}


def test_a_text_without_an_id_gets_one(driver: Driver) -> None:
    """Callers without ids of their own could not follow their message."""
    driver.paired()
    assert driver.send("").data["Id"].startswith("3EB0")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"Phone": 5511987654321}, "could not decode Payload"),
        ({"Body": 7}, "could not decode Payload"),
        ({"Id": 7}, "could not decode Payload"),
        ({"LinkPreview": "yes"}, "could not decode Payload"),
        ({"ContextInfo": "x"}, "could not decode Payload"),
        ({"Phone": ""}, "missing Phone in Payload"),
        ({"Body": ""}, "missing Body in Payload"),
        ({"Body": None}, "missing Body in Payload"),
        ({"Phone": "@s.whatsapp.net"}, "could not parse Phone"),
    ],
)
def test_bodies_are_decoded_strictly(refusing: Driver, fields: dict[str, Any], error: str) -> None:
    """A number where a string belongs would pass here and be a 400 in production."""
    answer = refusing.send(**fields)
    assert (answer.status, answer.error) == (400, error)
    assert refusing.messages() == []


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 100_000])
def test_an_unreadable_body_is_refused(refusing: Driver, raw: bytes) -> None:
    """A truncated request would break the phone instead of being refused."""
    answer = refusing.call("POST", "/chat/send/text", raw=raw)
    assert (answer.status, answer.error) == (400, "could not decode Payload")


def test_half_a_surrogate_pair_is_replaced(driver: Driver) -> None:
    """An emoji cut in half would break the phone's store."""
    driver.paired()
    assert driver.call("POST", "/chat/send/text", raw=b'{"phone":"5511987654321","body":"a\\ud83d"}').status == 200
    assert driver.log()["messages"][0]["body"] == "a\ufffd"


def test_an_unpaired_number_cannot_send(driver: Driver) -> None:
    """A logged-out instance would seem to send."""
    driver.add_user()
    assert driver.send().error == "no session"
    driver.connect()
    answer = driver.send()
    assert answer.status == 500
    assert "the store doesn't contain a device JID" in answer.error
    assert driver.messages() == []


def test_addresses_and_numbers_are_one_recipient(driver: Driver) -> None:
    """The truth would tell one person apart by the way the number was written."""
    driver.paired()
    driver.control(f"sessions/{INSTANCE}/groups", {"jid": "120363@g.us", "name": "Clientes"})
    for index, written in enumerate((NUMBER, f"+{NUMBER}", f"{NUMBER}@s.whatsapp.net", "120363@g.us")):
        assert driver.send(f"ID{index}", Phone=written).status == 200
    assert [message["to"] for message in driver.log()["messages"]] == [NUMBER, NUMBER, NUMBER, "120363@g.us"]
    assert "no LID found for" in driver.send("ID9", Phone="abc").error


def test_every_request_is_logged_without_its_secrets(driver: Driver) -> None:
    """Tests could not tell what was asked from what was done, or would find tokens in the log."""
    driver.paired()
    driver.send("ID1")
    driver.send("ID2", Body=7)
    requests = driver.log()["requests"]
    assert [request["path"] for request in requests[:2]] == ["/admin/users", "/session/connect"]
    assert [(request["id"], request["phone"], request["status"]) for request in requests[-2:]] == [
        ("ID1", NUMBER, 200),
        ("ID2", NUMBER, 400),
    ]
    assert KEY not in str(requests)
    assert "token-1" not in str(requests)
