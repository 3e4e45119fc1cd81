"""The hands of tests and people: scanning, logging out, reading, and saying clearly why not."""

import pytest

from tests.local_phone.driver import INSTANCE, Driver


def test_a_scan_can_name_its_number(driver: Driver) -> None:
    """Tests could not pair the number they expect."""
    driver.add_user()
    driver.connect()
    answer = driver.control(f"sessions/{INSTANCE}/scan", {"phone": "5511912345678"})
    assert answer.json == {"instance_id": INSTANCE, "jid": "5511912345678:1@s.whatsapp.net"}


def test_a_second_scan_is_another_device_of_the_same_number(driver: Driver) -> None:
    """Pairing again would look like a change of number."""
    driver.paired()
    first = driver.status()["jid"]
    driver.control(f"sessions/{INSTANCE}/logout")
    driver.connect()
    driver.control(f"sessions/{INSTANCE}/scan")
    second = driver.status()["jid"]
    assert first != second
    assert first.partition(":")[0] == second.partition(":")[0]


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("sessions/nobody/scan", None, 404, "nobody"),
        ("sessions/nobody/logout", None, 404, "nobody"),
        (f"sessions/{INSTANCE}/scan", None, 409, "connect its session first"),
        (f"sessions/{INSTANCE}/logout", None, 409, "not paired"),
        (f"sessions/{INSTANCE}/scan", {"phone": "+55 11"}, 400, "phone"),
        (f"sessions/{INSTANCE}/scan", {"number": "5511912345678"}, 400, "phone"),
        (f"sessions/{INSTANCE}/read", None, 400, "id"),
        (f"sessions/{INSTANCE}/read", {"id": 5}, 400, "id"),
        (f"sessions/{INSTANCE}/read", {"id": "ID1"}, 404, "ID1"),
    ],
)
def test_senseless_calls_are_refused_in_a_sentence(
    driver: Driver,
    path: str,
    body: object,
    status: int,
    named: str,
) -> None:
    """A test would wait for something that can never happen."""
    driver.add_user()
    answer = driver.control(path, body)
    assert answer.status == status
    assert named in answer.error


def test_a_paired_session_is_not_scanned_again(driver: Driver) -> None:
    """A double tap would change the device behind the instance's back."""
    driver.paired()
    assert driver.control(f"sessions/{INSTANCE}/scan").status == 409


def test_other_sites_cannot_use_the_phone(driver: Driver) -> None:
    """Any page open in the developer's browser could log numbers out."""
    driver.paired()
    path = f"/_phone/sessions/{INSTANCE}/logout"
    foreign = driver.call("POST", path, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status == 403
    assert driver.call("POST", path, headers={"Origin": driver.url}).status == 200


def test_of_equal_names_the_connected_one_is_meant(driver: Driver) -> None:
    """A half-finished provisioning would make an instance impossible to scan."""
    driver.add_user()
    driver.connect()
    driver.add_user(token="token-2")
    assert driver.control(f"sessions/{INSTANCE}/scan").status == 200
    assert driver.status()["loggedIn"] is True
