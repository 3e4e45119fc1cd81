"""The truth that other tests compare with: nothing lost, nothing doubled, nothing overtaken."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from infra.local.phone import LocalPhone
from infra.local.phone.journal import KEPT, Journal
from tests.local_phone.driver import ADMIN, INSTANCE, KEY, Driver, Receiver, eventually


def test_a_repeated_id_makes_no_second_message(driver: Driver) -> None:
    """A safe repeat would look like a duplicate, and a needless one would stay hidden."""
    driver.paired()
    for body in ("first", "first", "other"):
        assert driver.send("ID1", Body=body).status == 200
    message = driver.log()["messages"][0]
    assert (driver.messages(), message["body"]) == ([("ID1", 3)], "first")


def test_repeats_show_when_asked(driver: Driver) -> None:
    """Nobody could see what happens if WhatsApp does not ignore a repeated id."""
    driver.paired()
    driver.send("ID1")
    driver.faults(show_repeats=True)
    driver.send("ID1")
    assert driver.messages() == [("ID1", 2), ("ID1", 2)]


def test_copies_are_counted_per_instance(driver: Driver) -> None:
    """Two instances with the same id would be taken for one repeated send."""
    driver.paired()
    driver.paired(name="ins_02", token="token-2")
    driver.send("ID1")
    driver.send("ID1", token="token-2")
    assert driver.messages() == [("ID1", 1), ("ID1", 1)]


def test_one_send_at_a_time_per_session(driver: Driver) -> None:
    """Two sends in flight through one number would seem possible."""
    driver.paired()
    driver.paired(name="ins_02", token="token-2")
    driver.faults(answer="hang", count=1)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(driver.send, "HELD", timeout=0.6)
        eventually(lambda: any(request["id"] == "HELD" for request in driver.log()["requests"]))
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            driver.send("BEHIND", timeout=0.2)
        assert driver.send("BESIDE", token="token-2").status == 200
        assert driver.messages() == [("BESIDE", 1)]
        assert isinstance(held.exception(), urllib3.exceptions.ReadTimeoutError)
    eventually(lambda: ("BEHIND", 1) in driver.messages())


def test_many_parallel_sends_are_all_kept(driver: Driver) -> None:
    """Load tests would compare with a truth that has holes."""
    for index in range(8):
        driver.paired(name=f"ins_{index}", token=f"t{index}")

    def send(index: int) -> int:
        return driver.send(f"ID{index}", token=f"t{index % 8}").status

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(send, range(200))) == {200}
    assert sorted(driver.messages()) == sorted((f"ID{index}", 1) for index in range(200))


def test_everything_survives_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    """Restarting the local stage would unpair every number and forget what was sent."""
    with LocalPhone(state=tmp_path, admin_token=ADMIN) as phone:
        driver = Driver(phone.url)
        driver.paired(webhook=receiver.url, signed=True)
        driver.paired(name="ins_02", token="token-2")
        driver.call("POST", "/session/disconnect", token="token-2")
        driver.add_user(name="ins_03", token="token-3")
        driver.connect(token="token-3")
        driver.send("ID1")
        before = driver.log()["messages"]
        jid = driver.status()["jid"]
    with LocalPhone(state=tmp_path, admin_token=ADMIN) as phone:
        driver = Driver(phone.url)
        assert driver.log()["messages"] == before
        states = {
            user["name"]: (user["connected"], user["loggedIn"]) for user in driver.admin("GET", "/admin/users").data
        }
        assert states == {INSTANCE: (True, True), "ins_02": (False, False), "ins_03": (False, False)}
        assert driver.status()["jid"] == jid
        assert driver.send("ID1").status == 200
        assert driver.messages() == [("ID1", 2)]
        assert receiver.wait_for("ReadReceipt")[0].signature is not None
        assert KEY not in str(driver.log())


def test_a_deleted_user_leaves_its_messages(driver: Driver) -> None:
    """Cleaning up an instance would rewrite the truth about what it sent."""
    user_id = driver.paired()
    driver.send("ID1")
    driver.admin("DELETE", f"/admin/users/{user_id}")
    assert driver.messages() == [("ID1", 1)]


def test_the_request_log_is_bounded() -> None:
    """A long-running stage would grow without end."""
    journal = Journal()
    for index in range(KEPT + 5):
        journal.arrive(f"/{index}", b"")
    entries = journal.entries()
    assert (len(entries), entries[0]["path"]) == (KEPT, "/5")
