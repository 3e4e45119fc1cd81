"""The first page: what needs somebody, what was sent and why not, at a price that does not grow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ulid import ULID

from chalicelib.application.overview import LOOK
from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from tests.integration.browser import PASSWORD, Browser, member
from tests.integration.house import UNHURRIED
from tests.integration.read_meter import reading

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

MOST_READ_UNITS = 10


def _opened(house: House, tenant: Tenant, language: str = "en") -> Browser:
    return Browser(house, language).sign_in(member(tenant)).open("/overview")


def test_what_happened_today(house: House) -> None:
    """An operator's first look in the morning: sent, waiting, failed, and the reason of each."""
    tenant = house.admit()
    tenant.submit()
    tenant.submit(send_at="2027-02-01T12:00:00Z", expires_at="2027-02-02T12:00:00Z")
    house.work()
    browser = _opened(house, tenant)
    assert "Today" in browser.text
    assert "Messages sent 1 of 2 accepted" in browser.text
    assert "Scheduled" in browser.text
    assert "Its time has not come yet" in browser.text


def test_nothing_yet_begins_the_first_number(house: House) -> None:
    """An empty page that teaches nothing is where a new user gives up."""
    organization, _ = services().onboarding.create_organization("Nova", "nova@example.com", UNHURRIED)
    services().members.add_member(organization.id, "nova@example.com", Role.OPERATOR, PASSWORD)
    services().identities.keep_password("nova@example.com", PASSWORD)
    browser = Browser(house).sign_in("nova@example.com")
    assert "No number yet" in browser.text
    assert "/instances/new" in browser.links("/instances")


def test_alerts_say_who_why_and_until_when(house: House) -> None:
    """A pause that nobody can explain is lifted by the wrong person, or by none."""
    tenant = house.admit()
    address = member(tenant)
    [operator] = [row["sk"]["S"] for row in house.items() if row["sk"]["S"].startswith("USER#") and address in str(row)]
    actor = f"operator {operator.removeprefix('USER#')}"
    services().controls.pause(tenant.id, tenant.instance_ids[0], actor, "Feriado", house.clock.now() + 3_600_000)
    text = Browser(house).sign_in(address).open("/overview").text
    assert "Vendas is paused" in text
    assert f"By {address}, just now: Feriado" in text
    assert "or until somebody resumes it" in text
    assert "Vendas está em pausa" in Browser(house, "pt-BR").sign_in(address).open("/overview").text


def test_doubt_is_shown(house: House) -> None:
    """A message that may have arrived twice, or never, is the one that somebody must know about."""
    tenant = house.admit()
    house.phone.driver.faults(answer="timeout_text")
    tenant.submit()
    house.work()
    assert "1 message is unconfirmed" in _opened(house, tenant).text


def test_a_reason_of_another_version_is_told_by_its_code(house: House) -> None:
    """After going back to the version before, one unknown word would close the first page to the whole company."""
    tenant = house.admit()
    tenant.submit(send_at="2027-02-01T12:00:00Z", expires_at="2027-02-02T12:00:00Z")
    [row] = [row for row in house.items() if "why" in row]
    house.dynamodb.put_item(TableName=house.table, Item=row | {"why": {"S": "FULL_MOON"}})
    browser = _opened(house, tenant)
    assert "FULL_MOON" in browser.text
    assert not [link for link in browser.links() if "FULL_MOON" in link]


def test_a_look_costs_at_most_ten_read_units(house: House) -> None:
    """Every open tab looks twice a minute: a page that costs more with every message costs most where most is sent."""
    tenant = house.admit()
    for number in range(9):
        tenant.add_number(f"Número {number}")
    browser = _opened(house, tenant)
    first = tenant.stored(tenant.submit(external_id="pedido-1234"))
    for number in range(LOOK + 20):
        house.intents.create(replace(first, id=f"int_{ULID.from_int(number)}"))
    with reading() as meter:
        browser.open("/overview")
    assert "the newest messages only" in browser.text
    assert "What became of the messages since" in browser.text
    print(f"overview: {meter.units} read units, {meter.calls}")  # noqa: T201 - the figure of the day
    assert meter.units <= MOST_READ_UNITS
