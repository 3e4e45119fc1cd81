"""Codes to scan or to type: shown in turn, each for its time, and only a live one pairs."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.phone import LocalPhone, Timings
from tests.local_phone.driver import ADMIN, INSTANCE, Driver, Receiver, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SESSION = f"sessions/{INSTANCE}"


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """A client of a phone whose codes last a moment."""
    timings = Timings(settle=0.01, codes=(0.3, 0.2), webhook_backoff=())
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=timings) as phone:
        yield Driver(phone.url)


def shown(driver: Driver) -> str:
    """The picture a session shows now."""
    return str(driver.call("GET", "/session/qr").data["QRCode"])


def test_a_waiting_session_shows_pictures_in_turn(driver: Driver) -> None:
    """A panel that handles one code only would pass every test and fail its first user."""
    driver.add_user()
    assert driver.call("GET", "/session/qr").error == "no session"
    driver.connect()
    first = shown(driver)
    assert base64.b64decode(first.removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")
    assert eventually(lambda: shown(driver) != first)


def test_codes_run_out(driver: Driver) -> None:
    """The way on from a code nobody scanned would never be tried."""
    with Receiver() as receiver:
        driver.add_user(webhook=receiver.url, events="QR,QRTimeout")
        driver.connect(subscribe="QR,QRTimeout")
        receiver.wait_for("QRTimeout")
        assert sorted(receiver.kinds()) == ["QR", "QR", "QRTimeout"]
        told: Any = receiver.wait_for("QR")[0].json
        assert (told["event"], told["qrCodeBase64"][:22]) == ("code", "data:image/png;base64,")
    assert driver.status()["connected"] is False
    assert driver.control(f"{SESSION}/scan").status == 409
    assert driver.connect().status == 200
    assert driver.control(f"{SESSION}/scan").status == 200
    assert driver.call("GET", "/session/qr").error == "already logged in"


def test_a_code_can_be_typed(driver: Driver) -> None:
    """The other way to pair could not be tried."""
    driver.add_user()
    driver.connect()
    assert driver.call("POST", "/session/pairphone", {}).status == 400
    code = driver.call("POST", "/session/pairphone", {"Phone": "5511987654321"}).data["LinkingCode"]
    assert driver.call("POST", "/session/pairphone", {"Phone": "5511987654321"}).data["LinkingCode"] == code
    assert driver.control(f"{SESSION}/enter-code", {"code": "AAAA-AAAA"}).status == 409
    assert driver.control(f"{SESSION}/enter-code", {"code": code.lower()}).status == 200
    assert driver.status()["loggedIn"] is True
    assert driver.call("POST", "/session/pairphone", {"Phone": "5511987654321"}).error == "already paired"


def test_a_phone_can_insist_on_a_passkey(driver: Driver) -> None:
    """The one thing a bridge does not tell could not be tried."""
    driver.add_user()
    driver.connect()
    driver.control(f"{SESSION}/passkey")
    refused = driver.control(f"{SESSION}/scan")
    assert (refused.status, "passkey" in refused.error) == (409, True)
    assert eventually(lambda: driver.status()["connected"] is False)
    driver.control(f"{SESSION}/passkey", {"required": False})
    driver.connect()
    assert driver.control(f"{SESSION}/scan").status == 200


def test_a_new_cycle_follows_the_last_code(driver: Driver) -> None:
    """A person who was too slow once could never pair."""
    driver.add_user()
    driver.connect()
    first = shown(driver)
    eventually(lambda: driver.status()["connected"] is False)
    assert driver.call("GET", "/session/qr").error == "no session"
    driver.connect()
    assert shown(driver) not in ("", first)


def test_codes_run_out_at_a_word(tmp_path: Path, receiver: Receiver) -> None:
    """Whoever tries what a panel says then would wait for minutes."""
    with LocalPhone(state=tmp_path, admin_token=ADMIN, timings=Timings(webhook_backoff=())) as phone:
        driver = Driver(phone.url)
        driver.add_user(webhook=receiver.url, events="QRTimeout")
        driver.connect(subscribe="QRTimeout")
        assert driver.control(f"{SESSION}/run-out").status == 200
        receiver.wait_for("QRTimeout")
        assert driver.status()["connected"] is False
        assert driver.control(f"{SESSION}/run-out").status == 409


def test_the_real_codes_last_160_seconds() -> None:
    """The panel's countdown would be tried against another clock than WhatsApp's."""
    assert (len(Timings().codes), Timings().codes[0], sum(Timings().codes)) == (6, 60, 160)
