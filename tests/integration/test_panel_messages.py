"""Messages in the panel: the list with its filter, and each with its story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from chalicelib.adapters.dynamodb.intents import DynamoIntents
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.bootstrap import services
from chalicelib.domain.instance import JournalType
from chalicelib.domain.role import Role
from tests.integration import hooks
from tests.integration.browser import Browser, member
from tests.integration.house import PHONE

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

MASKED = "+5511 •••• 321"
HOSTILE = '<script>alert(1)</script>" onload=x \u202etxt.exe\u202c {{ 7 * 7 }} %(x)s 👩🏽‍🚀\n'


def rows(browser: Browser) -> list[str]:
    """Ids of the messages that a list shows, in order."""
    return re.findall(r'id="m-(int_\w+)"', browser.html)


def refresh_of(browser: Browser) -> str | None:
    """The address at which a page asks for its news."""
    found = re.search(r'hx-get="([^"]+)"[^>]* data-due="\d+"', browser.html)
    return found[1].replace("&amp;", "&") if found else None


def test_a_message_is_followed_to_its_end(house: House, tenant: Tenant, browser: Browser) -> None:
    """The page that one looks at while waiting for an answer must tell it, and then stop asking."""
    intent = tenant.submit(external_id="order-1")
    browser.open(f"/messages/{intent['id']}")
    assert "Approved: leaves from Vendas now" in browser.text
    refresh = refresh_of(browser)
    assert refresh
    house.work()
    hooks.report(tenant, intent, "Read")
    browser.part(f"/messages/{intent['id']}?{urlsplit(refresh).query}")
    assert "<html" not in browser.html
    assert 'id="standing" hx-swap-oob="innerHTML"' in browser.html
    for words in (
        "Accepted",
        "Accepted key “first key” API · order-1",
        "Attempt 1",
        "Accepted after",
        "Sent",
        "Read",
        "Until read",
    ):
        assert words in browser.text
    assert refresh_of(browser) is None


def test_nothing_new_is_not_sent_again(tenant: Tenant, browser: Browser) -> None:
    """A page left open would load itself every three seconds, and take what one has selected or opened."""
    intent = tenant.submit()
    assert browser.part(f"/messages/{intent['id']}?version={intent['version']}").answer.status == 204
    assert browser.part(f"/messages/{intent['id']}?version=1").answer.status == 200


def test_what_was_compared_is_told(tenant: Tenant, browser: Browser) -> None:
    """Why a message waits is the question that brings people to this page."""
    tenant.disconnect()
    intent = tenant.submit(instance_id=tenant.instance_ids[0])
    browser.open(f"/messages/{intent['id']}")
    for words in ("Waiting — number not connected", "when Vendas can send", "Vendas (pinned by the request)"):
        assert words in browser.text
    assert re.search(r"<dt>Vendas</dt><dd>not connected", browser.html)


def test_a_phone_is_shown_to_whom_it_may_concern(house: House, tenant: Tenant, browser: Browser) -> None:
    """Who saw a customer's phone must be known afterwards, and viewers must not see it at all."""
    intent = tenant.submit()
    browser.open(f"/messages/{intent['id']}")
    assert MASKED in browser.text
    assert PHONE not in browser.html
    form = browser.form("recipient")
    browser.send(form, form.fields)
    assert PHONE in browser.html
    journal = services().states.journal(tenant.id, tenant.instance_ids[0], None, 1)
    assert journal.entries[0].type is JournalType.PHONE_REVEALED
    viewer = Browser(house).sign_in(member(tenant, Role.VIEWER)).open(f"/messages/{intent['id']}")
    assert MASKED in viewer.text
    form.fields["csrf"] = viewer.form("sign-out").fields["csrf"]
    assert viewer.send(form, form.fields).answer.status == 403
    assert PHONE not in viewer.html


def test_anothers_message_is_as_unknown_as_any(house: House, browser: Browser) -> None:
    """Whether another organization has a message must not be learned by trying ids."""
    theirs = house.admit().submit()
    unknown = "int_00000000000000000000000000"
    pages = []
    for name in (theirs["id"], unknown):
        assert browser.open(f"/messages/{name}").answer.status == 404
        pages.append(browser.text.partition("Request")[0])
    assert pages[0] == pages[1]


def test_the_filter_is_the_address(tenant: Tenant, browser: Browser) -> None:
    """A filtered list is sent to a colleague, kept as a bookmark and reloaded."""
    sent, other = tenant.submit(external_id="a 1"), tenant.submit(purpose="REPLY")
    browser.open("/messages")
    assert rows(browser) == [other["id"], sent["id"]]
    browser.submit("messages", external_id="a 1", status="", **{"from": "2020-01-01T00:00"})
    assert parse_qs(urlsplit(browser.address).query) == {
        "external_id": ["a 1"],
        "created_from": ["2020-01-01T03:00:00.000Z"],
    }
    assert rows(browser) == [sent["id"]]
    assert browser.form("messages").fields["external_id"] == "a 1"
    assert browser.form("messages").fields["from"] == "2020-01-01T00:00"
    [without_id, without_day] = [href for href in browser.links("/messages") if href.count("=") == 1][-2:]
    assert rows(browser.open(without_day)) == [sent["id"]]
    assert rows(browser.open(without_id)) == [other["id"], sent["id"]]


def test_every_empty_says_what_it_is(tenant: Tenant, browser: Browser) -> None:
    """An empty page that might mean four things means nothing."""
    browser.open("/messages")
    assert "No message yet" in browser.text
    assert "curl -X POST http://portaria.test/api/message-intents" in browser.text
    assert refresh_of(browser)
    tenant.submit()
    assert "No message fits" in browser.open("/messages?status=FAILED").text


def test_a_long_search_says_how_far_it_came(house: House, tenant: Tenant, browser: Browser) -> None:
    """Nothing found among the newest is not nothing found: the rest can be searched too."""
    table = Table(house.dynamodb, house.table)
    services().__dict__["_intents"] = DynamoIntents(table, services().keyring, longest_look=5)
    oldest = tenant.submit(purpose="REPLY")
    for _ in range(5):
        tenant.submit()
    browser.open("/messages?purpose=REPLY")
    assert "Nothing found so far" in browser.text
    assert rows(browser) == []
    [further] = [href for href in browser.links("/messages?") if "cursor=" in href]
    assert rows(browser.open(further)) == [oldest["id"]]


def test_pages_go_on_by_a_signed_cursor(tenant: Tenant, browser: Browser) -> None:
    """Older messages must be reached without gaps, and no address may be made up that leads elsewhere."""
    all_of_them = [tenant.submit()["id"] for _ in range(27)][::-1]
    browser.open("/messages")
    assert rows(browser) == all_of_them[:25]
    assert refresh_of(browser)
    [older] = [href for href in browser.links("/messages?") if "cursor=" in href]
    assert rows(browser.open(older)) == all_of_them[25:]
    assert refresh_of(browser) is None
    assert browser.open(older + "x").answer.status == 400
    assert browser.open(f"{older}&status=SENT").answer.status == 400


def test_news_does_not_move_the_rows(house: House, tenant: Tenant, browser: Browser) -> None:
    """Rows that move under the pointer are how the wrong message gets opened."""
    first = tenant.submit()
    browser.open("/messages?status=APPROVED")
    assert rows(browser) == [first["id"]]
    refresh = refresh_of(browser)
    assert refresh
    house.work()
    tenant.submit()
    browser.part(f"/{refresh}")
    assert rows(browser) == [first["id"]]
    assert "Sent" in browser.text
    assert "1 new" in browser.text
    again = refresh_of(browser)
    assert again
    assert "1 new" not in browser.part(f"/{again}").text, "it is announced once"


def test_another_organizations_rows_are_not_refreshed(house: House, tenant: Tenant, browser: Browser) -> None:
    """The ids in an address are the reader's to change."""
    theirs, own = house.admit().submit(), tenant.submit()
    wanted = urlencode({"rows": f"{theirs['id']}.x.{own['id']}", "than": "0"})
    assert rows(browser.part(f"/messages?{wanted}")) == [own["id"]]


@pytest.mark.parametrize(
    "content",
    [
        {"type": "TEXT", "text": HOSTILE + "x" * (4096 - len(HOSTILE))},
        {"type": "LOCATION", "latitude": -23.5, "longitude": -46.6, "name": HOSTILE[:200]},
        {"type": "REACTION", "emoji": "👍", "reacts_to": "3EB0A1F277C904"},
    ],
)
def test_what_people_write_does_nothing(tenant: Tenant, browser: Browser, content: dict[str, Any]) -> None:
    """A customer's text is shown to operators: it must never run, nor break the page around it."""
    intent = tenant.submit(content=content, external_id=HOSTILE.strip())
    for path in (f"/messages/{intent['id']}", "/messages", f"/messages?{urlencode({'external_id': HOSTILE.strip()})}"):
        browser.open(path)
        assert browser.answer.status == 200, path
        assert "<script>alert" not in browser.html
        assert 'onload=x "' not in browser.html
    said = [str(value) for name, value in content.items() if name != "type"]
    browser.open(f"/messages/{intent['id']}")
    assert all(" ".join(text.split())[:60] in browser.text for text in said)


def test_both_languages_are_complete(house: House, tenant: Tenant) -> None:
    """Half a sentence in another language is not understood by either reader."""
    address, intent = member(tenant), tenant.submit()
    house.work()
    hooks.report(tenant, intent, "Read")
    browser = Browser(house, language="pt-BR").sign_in(address).open(f"/messages/{intent['id']}")
    for words in ("Linha do tempo", "Recebida", "Tentativa 1", "Lida", "Finalidade"):
        assert words in browser.text
    assert "Mensagens" in browser.open("/messages").text
