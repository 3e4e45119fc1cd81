"""Faults that touch one session, or questions, and leave the rest alone."""

import time

from tests.local_phone.driver import INSTANCE, NUMBER, Driver


def test_a_fault_can_be_one_numbers_own(driver: Driver) -> None:
    """One slow number could not be tried beside a fast one."""
    driver.paired()
    driver.paired(name="ins_02", token="token-2")
    driver.faults(answer="error", instance_id="ins_02", latency_ms=150)
    started = time.monotonic()
    assert driver.send().status == 200
    assert driver.status()["connected"] is True
    assert time.monotonic() - started < 0.3
    assert driver.send(token="token-2").status == 500
    for method, path, body in (
        ("GET", "/session/status", None),
        ("GET", "/session/qr", None),
        ("POST", "/user/check", {"Phone": [NUMBER]}),
    ):
        started = time.monotonic()
        driver.call(method, path, body, token="token-2")
        assert time.monotonic() - started >= 0.15


def test_latency_of_all_slows_sends_only(driver: Driver) -> None:
    """A slow bridge would look like one that lost its session."""
    driver.paired()
    driver.faults(latency_ms=5_000)
    started = time.monotonic()
    assert driver.status()["connected"] is True
    assert time.monotonic() - started < 4
    driver.faults(latency_ms=200, slow_status=True)
    started = time.monotonic()
    driver.status()
    assert time.monotonic() - started >= 0.2


def test_repeats_are_shown_by_the_named_session_only(driver: Driver) -> None:
    """A test of one number would spoil the counts of another that runs beside it."""
    driver.paired()
    driver.paired(name="ins_02", token="token-2")
    driver.faults(show_repeats=True, instance_id="ins_02")
    for token in ("token-1", "token-2"):
        for _ in range(2):
            driver.send("ID1", token=token)
    shown = [(one["instance_id"], one["copies"]) for one in driver.log()["messages"]]
    assert shown == [(INSTANCE, 2), ("ins_02", 2), ("ins_02", 2)]
