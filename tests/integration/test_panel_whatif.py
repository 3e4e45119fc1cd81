"""What-if in the panel: asked by whoever may read the policy, watched while it is worked out, read as a comparison."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member
from tests.integration.house import UNHURRIED
from tests.integration.policy_form import fill, form_with

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

PAGE = "/policy/what-if"
# As loose as what holds, but for two messages an hour.
TWO_AN_HOUR = {"per_minute": "2", "per_hour": "2"}


@pytest.fixture
def tenant(house: House) -> Tenant:
    """An organization that sent five messages to five people."""
    tenant = house.admit(UNHURRIED)
    for number in range(5):
        tenant.submit(target={"kind": "PHONE", "value": f"+551198765432{number}"})
    house.clock.advance(1)
    return tenant


@pytest.fixture
def viewer(house: House, tenant: Tenant) -> Browser:
    """The browser of somebody who may only look."""
    return Browser(house).sign_in(member(tenant, Role.VIEWER))


def test_a_limit_is_tried_before_it_holds(house: House, viewer: Browser) -> None:
    """The only way to see what a limit does would be to let it delay customers."""
    viewer.open("/policy")
    assert PAGE in viewer.links(PAGE)
    viewer.open(PAGE)
    assert form_with(viewer, "hours").fields["per_hour"] == "10000"
    fill(viewer, pace="OWN", **TWO_AN_HOUR)
    assert (viewer.answer.status, viewer.path.startswith(f"{PAGE}/sim_")) == (200, True)
    assert "About to begin" in viewer.text
    assert "0 of 2 policies replayed" in viewer.text
    assert 'data-due="3"' in viewer.html
    house.answer()
    viewer.part(viewer.path)
    assert "data-due" not in viewer.html
    for said in (
        "Answered",
        "With the policy of the time 5 of 5 messages left at once; with the proposed one it is 2.",
        "Outcome Policy of the time Proposed policy Left at once 5 2 Left after a wait 0 3",
        "Limit reached 0 3",
        "Vendas 5 5",
        "Left then and would not 0",
        "No number has sent anything yet when the window begins.",
        "Campaigns that were paused or cancelled",
    ):
        assert said in viewer.text
    assert re.search(r"95 of 100 would leave, at the latest, [12] h( \d+ min)? later", viewer.text)
    assert viewer.html.count('id="voice"') == 1


def test_the_answer_is_found_again_without_javascript(house: House, viewer: Browser) -> None:
    """Whoever has scripts switched off, or closed the tab, would ask again and again."""
    fill(viewer.open(PAGE), pace="MODERATE", hours="168")
    assert "Look again" in viewer.text
    asked = viewer.path
    house.answer()
    viewer.open(PAGE)
    assert asked in viewer.links(PAGE)
    assert "Moderate the organization's policy 168 viewer@example.com" in viewer.text
    viewer.open(asked)
    assert "Answered" in viewer.text
    assert "Messages a minute 10" in viewer.text


def test_one_number_alone_is_asked_about_by_name(house: House, tenant: Tenant, viewer: Browser) -> None:
    """An operator would have to know numbers by their ids."""
    fill(viewer.open(PAGE), pace="CONSERVATIVE", instance_id=tenant.instance_ids[0])
    house.answer()
    viewer.open(viewer.path)
    assert "Policy Conservative For Vendas" in viewer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hours": "169"}, "At most 168."),
        ({"hours": "0"}, "At least 1."),
        ({"hours": "two"}, "Write a number."),
        ({"pace": "OWN", "per_hour": "1"}, "Not less than a minute allows."),
        ({"pace": "RECKLESS"}, "Choose one of the offered values."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(viewer: Browser, fields: dict[str, str], said: str) -> None:
    """Twenty figures are typed again because one was wrong, and nobody says which."""
    fill(viewer.open(PAGE), **{"spacing": "77", **fields})
    assert viewer.answer.status == 422
    assert said in viewer.text
    kept = form_with(viewer, "hours").fields
    assert kept["spacing"] == "77"
    assert all(kept.get(name) == value for name, value in fields.items() if name != "pace")


def test_a_second_question_waits_for_the_first(house: House, viewer: Browser) -> None:
    """What was filled in would be lost, or the first answer."""
    fill(viewer.open(PAGE), pace="MODERATE")
    fill(viewer.open(PAGE), pace="CONSERVATIVE", hours="48")
    assert viewer.answer.status == 409
    assert "Another question is not answered yet" in viewer.text
    assert form_with(viewer, "hours").fields["hours"] == "48"
    house.answer()
    fill(viewer, pace="CONSERVATIVE", hours="48")
    assert viewer.path.startswith(f"{PAGE}/sim_")


def test_another_organizations_answer_is_unknown(house: House, viewer: Browser) -> None:
    """A neighbour would read how much somebody sends."""
    fill(viewer.open(PAGE), pace="MODERATE")
    asked = viewer.path
    stranger = Browser(house).sign_in(member(house.admit(UNHURRIED), Role.ADMIN, "other@example.com"))
    assert stranger.open(asked).answer.status == 404
    assert stranger.open(f"{PAGE}/sim_{'0' * 26}").answer.status == 404


def test_one_that_was_never_answered_says_so(house: House, viewer: Browser) -> None:
    """Its page would look for an answer for ever."""
    fill(viewer.open(PAGE), pace="MODERATE")
    house.clock.advance(16 * 60)
    viewer.open(viewer.path)
    assert "No answer" in viewer.text
    assert "It was not answered within 15 minutes." in viewer.text
    assert "data-due" not in viewer.html


def test_portuguese_readers_read_portuguese(house: House, tenant: Tenant) -> None:
    """Half of the people who use it would guess what it says."""
    browser = Browser(house, "pt-BR").sign_in(member(tenant, Role.VIEWER))
    fill(browser.open(PAGE), pace="OWN", **TWO_AN_HOUR)
    house.answer()
    browser.open(browser.path)
    assert "E se…?" in browser.text
    for english in ("What", "Left", "would", "Every number", "policy of"):
        assert english not in browser.text
