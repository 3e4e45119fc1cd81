"""A number in three steps on the panel: named, paced, scanned; once, whatever somebody clicks on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member

if TYPE_CHECKING:
    from chalicelib.domain.instance import Instance
    from tests.integration.house import House, Tenant


def numbers(tenant: Tenant) -> list[Instance]:
    """The organization's numbers but the first, as they are stored."""
    found = services().views.load(tenant.id).instances
    return [one for name, one in found.items() if name not in tenant.instance_ids]


def run_out(house: House, instance: Instance) -> None:
    """Nobody scans the code in time."""
    services().sessions.providers[instance.provider].disconnect(instance)
    house.clock.advance(3)


def onboard(browser: Browser, name: str = "Vendas 03", pace: str = "CONSERVATIVE") -> None:
    """All three steps, up to the code."""
    browser.open("/instances/new").submit("instances/new", name=name).submit("instances/new", pace=pace)


def test_three_steps_lead_to_a_connected_number(house: House, tenant: Tenant, browser: Browser) -> None:
    """Connecting the first number is where everything begins: whoever fails here never sends."""
    onboard(browser)
    [made] = numbers(tenant)
    assert (made.name, made.policy) == ("Vendas 03", CONSERVATIVE)
    assert browser.path == f"/instances/{made.id}/connect"
    house.clock.advance(3)
    browser.part(f"{browser.path}?n=1")
    assert "data:image" in browser.html
    assert "QR code that pairs Vendas 03" in browser.html
    assert house.phone.driver.control(f"sessions/{made.id}/scan").status == 200
    house.clock.advance(3)
    browser.part(f"{browser.path}?n=2&was=scan")
    assert "Vendas 03 is connected" in browser.text
    assert "data-due" not in browser.html
    assert 'id="voice"' in browser.html


def test_going_back_and_on_again_makes_no_second_number(tenant: Tenant, browser: Browser) -> None:
    """A second number would stand in the list for ever, unpaired, and nobody knows which is the right one."""
    browser.open("/instances/new")
    first_step = browser.address
    browser.submit("instances/new", name="Vendas 03")
    second_step = browser.address
    browser.submit("instances/new", pace="CONSERVATIVE")
    third_step = browser.path
    browser.open(second_step).submit("instances/new", pace="MODERATE")
    assert browser.path == third_step
    browser.open(first_step).submit("instances/new", name="Vendas 04").submit("instances/new", pace="MODERATE")
    assert browser.path == third_step
    [made] = numbers(tenant)
    assert (made.name, made.policy) == ("Vendas 04", MODERATE)


def test_what_is_missing_is_asked_for(browser: Browser) -> None:
    """Somebody who forgot the name must not lose what else was filled in."""
    browser.open("/instances/new").submit("instances/new", name="", purpose="WARMUP")
    assert browser.answer.status == 422
    assert "Fill this in." in browser.text
    assert browser.form("instances/new").fields["purpose"] == "WARMUP"
    browser.submit("instances/new", name="Vendas 03")
    form = browser.form("instances/new")
    browser.send(form, {**form.fields, "pace": "LUDICROUS"})
    assert browser.answer.status == 422
    assert "Choose one of the offered values." in browser.text


def test_the_second_step_says_what_the_figures_are_worth(browser: Browser) -> None:
    """Whoever believes that a preset protects from a ban sends more than is wise."""
    browser.open("/instances/new").submit("instances/new", name="Vendas 03")
    assert "At most 5 a minute, 100 an hour and 800 a day; 2.5 s to 7.0 s between two messages." in browser.text
    assert "A new number warms up for 10 days, from 15 messages on the first." in browser.text
    assert "Campaigns rest from 21:00 to 08:00." in browser.text
    assert "no guarantee against a ban" in browser.text
    assert "Messages an hour 100 reported by people who run such numbers; experience, promised by" in browser.text
    assert "Quiet from 21:00 our own choice; measured by nobody" in browser.text


def test_a_number_that_was_in_use_before_is_taken_over_as_such(tenant: Tenant, browser: Browser) -> None:
    """A number with ten years of customers would be held at fifteen messages a day."""
    browser.open("/instances/new").submit("instances/new", name="Vendas 03")
    second_step = browser.address
    browser.submit("instances/new", pace="CONSERVATIVE", warmed_up="yes")
    [made] = numbers(tenant)
    assert made.warmed_up
    browser.open(second_step).submit("instances/new", pace="CONSERVATIVE")
    [made] = numbers(tenant)
    assert not made.warmed_up


def test_a_code_nobody_scans_ends_with_a_way_on(house: House, tenant: Tenant, browser: Browser) -> None:
    """A page that waits for ever for a code that is gone looks broken."""
    onboard(browser)
    [made] = numbers(tenant)
    house.clock.advance(3)
    browser.part(f"{browser.path}?n=1")
    run_out(house, made)
    browser.part(f"{browser.path}?n=2&was=scan")
    assert numbers(tenant)[0].cause is Cause.QR_TIMEOUT
    assert "Nobody scanned the code in time." in browser.text
    assert "data-due" not in browser.html
    browser.submit("/connect")
    assert numbers(tenant)[0].connection is Connection.CONNECTING
    assert "n=2" in browser.address
    assert "n=3" in browser.html


def test_a_code_can_be_typed_instead(house: House, browser: Browser) -> None:
    """Whoever cannot hold a camera to the screen could not connect at all."""
    onboard(browser)
    house.clock.advance(3)
    browser.open(f"{browser.path}?n=1").submit("pairing-code", phone="98765")
    assert browser.answer.status == 422
    assert "Write it with country and area code" in browser.text
    browser.submit("pairing-code", phone="+5511912345678")
    assert browser.answer.status == 200
    assert "Type this code on the phone" in browser.text
    assert "/connect?n=2&amp;" in browser.html


def test_a_bridge_that_is_down_is_said_and_can_be_tried_again(house: House, tenant: Tenant, browser: Browser) -> None:
    """An error page after step two would leave a number behind that nobody finds again."""
    house.phone.off()
    onboard(browser)
    assert "The provider does not answer." in browser.text
    assert "The bridge does not answer." in browser.text
    house.phone.on()
    house.clock.advance(60)
    browser.submit("/connect")
    assert numbers(tenant)[0].connection is Connection.CONNECTING


def test_two_codes_that_ran_out_suggest_a_passkey(house: House, tenant: Tenant, browser: Browser) -> None:
    """Somebody whose phone asks for a passkey would scan in vain for hours."""
    onboard(browser)
    [made] = numbers(tenant)
    house.clock.advance(3)
    browser.open(browser.path)
    run_out(house, made)
    browser.open(browser.path).submit("/connect")
    house.clock.advance(3)
    browser.open(browser.path)
    run_out(house, made)
    browser.open(browser.path)
    assert "the phone may be asking for a passkey" in browser.text
    assert "Start again" in browser.text
    assert "data-due" not in browser.html


def test_a_viewer_connects_nothing(house: House, tenant: Tenant) -> None:
    """A code on the screen of somebody who may only look pairs the company's number with their phone."""
    browser = Browser(house).sign_in(member(tenant, Role.VIEWER))
    assert browser.open("/instances").answer.status == 200
    assert "instances/new" not in browser.html
    assert browser.open("/instances/new").answer.status == 403
    assert browser.open(f"/instances/{tenant.instance_ids[0]}/connect").answer.status == 403
