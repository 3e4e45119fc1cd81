"""Every way the phone misbehaves, and that it does so only as asked."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from infra.local.phone import LocalPhone
from infra.local.phone.faults import Faults, parse_faults
from tests.local_phone.driver import ADMIN, Driver, eventually


@pytest.mark.parametrize(
    ("answer", "status", "raw"),
    [
        ("error", 500, b"error sending message: "),
        ("463", 500, b"server returned error 463"),
        ("success_false", 200, b'"success":false'),
        ("empty", 200, b""),
        ("invalid_json", 200, b"{"),
    ],
)
def test_a_refused_send_leaves_nothing(driver: Driver, answer: str, status: int, raw: bytes) -> None:
    """An adapter that takes such an answer for success would lose the message without a test noticing."""
    driver.paired()
    driver.faults(answer=answer)
    response = driver.send()
    assert response.status == status
    assert raw in response.raw
    assert driver.messages() == []


def test_success_false_is_an_error_envelope(driver: Driver) -> None:
    """The adapter's reading of the envelope behind an HTTP 200 would be untested."""
    driver.paired()
    driver.faults(answer="success_false", text="server busy")
    assert driver.send().json == {"code": 500, "error": "server busy", "success": False}


def test_invalid_json_is_invalid(driver: Driver) -> None:
    """A body cut short would be readable after all."""
    driver.paired()
    driver.faults(answer="invalid_json")
    with pytest.raises(json.JSONDecodeError):
        json.loads(driver.send().raw)


def test_the_text_of_an_error_can_be_chosen(driver: Driver) -> None:
    """Other builds' spellings could not be tried."""
    driver.paired()
    driver.faults(answer="error", text="Error sending message: No session")
    answer = driver.send()
    assert (answer.status, answer.error) == (500, "Error sending message: No session")


def test_a_timeout_text_hides_an_accepted_message(driver: Driver) -> None:
    """The dangerous half of "unknown" would never occur in a test."""
    driver.paired()
    driver.faults(answer="timeout_text")
    answer = driver.send()
    assert answer.status == 500
    assert "timed out waiting for message send response" in answer.error
    assert driver.messages() == [("ID1", 1)]


def test_a_dropped_connection_hides_an_accepted_message(driver: Driver) -> None:
    """A repeat after a lost answer would never be tested."""
    driver.paired()
    driver.faults(answer="drop_after_accept")
    with pytest.raises(urllib3.exceptions.ProtocolError):
        driver.send()
    assert driver.messages() == [("ID1", 1)]
    assert driver.log()["requests"][-1]["status"] is None


def test_a_hang_ends_when_the_client_gives_up(driver: Driver) -> None:
    """A hanging bridge could not be tried, or would block its session after the client left."""
    driver.paired()
    driver.faults(answer="hang", count=1)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        driver.send(timeout=0.2)
    started = time.monotonic()
    assert driver.send("ID2").status == 200
    assert time.monotonic() - started < 1
    assert driver.messages() == [("ID2", 1)]
    assert [request["status"] for request in driver.log()["requests"][-2:]] == [None, 200]


def test_a_count_ends_a_fault(driver: Driver) -> None:
    """A test could not let the first tries fail and the next succeed."""
    driver.paired()
    driver.faults(answer="error", count=2)
    assert [driver.send(f"ID{index}").status for index in range(4)] == [500, 500, 200, 200]


def test_a_rate_chooses_some_and_repeats_itself(driver: Driver) -> None:
    """Partial failure could not be tried, or not twice in the same way."""
    driver.paired()
    runs = []
    for _ in range(2):
        driver.faults(answer="error", rate=0.5)
        runs.append([driver.send().status for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}
    driver.faults(answer="error", rate=0)
    assert driver.send().status == 200


def test_faults_touch_sends_only_and_end_when_cleared(driver: Driver) -> None:
    """A probe of the session would fail for the wrong reason, or a test would leak into the next."""
    driver.paired()
    driver.faults(answer="error")
    assert driver.status()["loggedIn"] is True
    assert driver.send().status == 500
    assert driver.control("faults", method="DELETE").status == 200
    assert driver.send().status == 200


def test_a_fault_never_hides_the_contract(driver: Driver) -> None:
    """A bad request would be blamed on the provider, and use up the count."""
    driver.paired()
    driver.faults(answer="timeout_text", count=1)
    assert driver.send(Body="").status == 400
    assert driver.send().status == 500


def test_latency_delays_a_send(driver: Driver) -> None:
    """Slow providers could not be tried."""
    driver.paired()
    driver.faults(latency_ms=200)
    started = time.monotonic()
    assert driver.send().status == 200
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"anwser": "ok"}, "anwser"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": ["ok"]}, "answer"),
        ({"rate": 2}, "rate"),
        ({"rate": True}, "rate"),
        ({"rate": float("nan")}, "rate"),
        ({"count": -1}, "count"),
        ({"count": 1.5}, "count"),
        ({"latency_ms": "5"}, "latency_ms"),
        ({"latency_ms": 10**9}, "latency_ms"),
        ({"webhooks": "late"}, "webhooks"),
        ({"show_repeats": 1}, "show_repeats"),
        ({"text": 5}, "text"),
        ({"text": "x"}, "text"),
        ([], "JSON object"),
        (None, "JSON object"),
    ],
)
def test_senseless_faults_are_refused(refusing: Driver, body: object, named: str) -> None:
    """A misspelt fault would be silently ignored and the test that set it would prove nothing."""
    raw = json.dumps(body).encode()
    answer = refusing.call("POST", "/_phone/faults", raw=raw, token=None)
    assert answer.status == 400
    assert named in answer.error


def test_no_faults_are_the_default() -> None:
    """An empty setting would not mean good behaviour."""
    assert parse_faults({}) == Faults()


def test_a_hang_does_not_keep_the_phone_from_closing(tmp_path: Path) -> None:
    """Ending the local stage would wait for a client that waits for the stage."""
    with ThreadPoolExecutor(1) as pool:
        with LocalPhone(state=tmp_path, admin_token=ADMIN) as phone:
            driver = Driver(phone.url)
            driver.paired()
            driver.faults(answer="hang")
            held = pool.submit(driver.send)
            eventually(lambda: driver.log()["requests"][-1]["path"] == "/chat/send/text")
            started = time.monotonic()
        assert time.monotonic() - started < 1
        assert isinstance(held.exception(), urllib3.exceptions.ProtocolError)
