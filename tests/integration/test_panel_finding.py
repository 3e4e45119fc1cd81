"""What is typed into the panel: found however it is written, or put right where it was typed; nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member
from tests.integration.test_panel_compose import FILLED_IN

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant


@pytest.fixture(scope="module")
def intent(standing_tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """The one message that there is."""
    return standing_tenant.submit()


@pytest.fixture(scope="module")
def browser(standing_house: House, standing_tenant: Tenant) -> Browser:
    """An operator's browser."""
    return Browser(standing_house).sign_in(member(standing_tenant, Role.OPERATOR))


@pytest.mark.parametrize("phone", ["+55 (11) 98765-4321", "5511987654321", "(11) 98765-4321", "011 98765 4321"])
def test_a_recipient_is_found_however_it_is_written(browser: Browser, phone: str, intent: Any) -> None:  # noqa: ANN401 - as above
    """Phones are pasted from wherever they stand; none of them is in our own form."""
    assert browser.open(f"/messages?{urlencode({'target': phone})}").links("/messages/int_") == [
        f"/messages/{intent['id']}"
    ]


@pytest.mark.parametrize("phone", ["+5511987654321", "+55 (11) 98765-4321", "11 98765-4321", "5511987654321"])
def test_search_leads_to_what_was_sent_to_a_phone(browser: Browser, phone: str, intent: Any) -> None:  # noqa: ANN401 - as above
    """The question whether a customer got it begins with the phone as the customer gave it."""
    browser.open("/messages").submit("search", q=phone)
    assert browser.address == "/messages?target=%2B5511987654321"
    assert browser.links(f"/messages/{intent['id']}")


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("target=abc", "Write it with country and area code"),
        ("from=yesterday", "Choose a day and a time."),
        ("from=2026-01-02T00:00&to=2026-01-01T00:00", "after the first one"),
        ("status=LOST", "Choose one of the offered values."),
        ("from=9999-12-31T23:59", "Choose a day and a time."),
    ],
)
def test_what_makes_no_sense_is_put_right_in_place(browser: Browser, query: str, advice: str) -> None:
    """A slip in one field must not throw away the others, nor show everything as if it had been asked for."""
    browser.open(f"/messages?{query}&external_id=kept")
    assert browser.answer.status == 400
    assert advice in browser.text
    assert 'value="kept"' in browser.html


@pytest.mark.parametrize("text", ["", "nothing", "<b>", "int_00000000000000000000000000", "12", "x" * 2000])
def test_search_says_what_it_can_find(browser: Browser, text: str) -> None:
    """Who finds nothing must learn whether it was written wrongly or is not there."""
    browser.open("/messages").submit("search", q=text)
    assert browser.answer.status == 200
    assert "You can search for" in browser.text
    assert "<b>" not in browser.html.partition("<main")[2].partition("</main")[0].replace("<b>Portaria", "")


@pytest.mark.parametrize(
    ("field", "given", "advice"),
    [
        ("to", "12", "Write it with country and area code"),
        ("to", "", "Write it with country and area code"),
        ("text", "", "Fill this in."),
        ("text", "x" * 4097, "At most 4096 characters."),
        ("instance_id", "ins_00000000000000000000000000", "Choose one of the offered values."),
    ],
)
def test_mistakes_are_told_at_their_field(browser: Browser, field: str, given: str, advice: str) -> None:
    """What was typed must not be lost because of one slip, and nothing may be sent that was not meant."""
    browser.open("/messages/new").submit("messages/new", **{**FILLED_IN, field: given})
    assert browser.answer.status == 422
    assert f'id="e-{field}"' in browser.html
    assert advice in browser.text
    other = "text" if field == "to" else "to"
    assert FILLED_IN[other].split("\r")[0] in browser.html
