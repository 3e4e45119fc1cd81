"""Cancel, retry and resolve in the panel: offered where they work, asked with a reason, told with who and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.role import Role
from tests.integration import hooks
from tests.integration.browser import Browser, Form, member
from tests.integration.outcomes import failed, refuse_next, unconfirmed

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

OVERTAKEN = "The message changed before that was done, so nothing was done."
RISK = "Nobody knows whether the first one arrived: the person may get it twice."
FIELDS = {
    "cancel": {"cancel_reason": "texto errado"},
    "retry": {"retry_reason": "a ponte voltou"},
    "resolve": {"outcome": "resend", "resolve_reason": "é urgente"},
}


def page_of(intent: Any) -> str:  # noqa: ANN401 - JSON values
    """Where a message's page is."""
    return f"/messages/{intent['id']}"


def offered(browser: Browser) -> list[str]:
    """What the page's forms do about the message."""
    names = [form.action.rpartition("/")[2] for form in browser.forms if "messages/int_" in form.action]
    return [name for name in names if name != "recipient"]


def test_a_message_is_cancelled_with_a_reason(house: House, tenant: Tenant, browser: Browser) -> None:
    """The wrong text must be stopped from the page that shows it, and the page must say who did it and why."""
    intent = tenant.submit()
    browser.open(page_of(intent))
    assert offered(browser) == ["cancel"]
    browser.submit("/cancel")
    assert (browser.answer.status, "Fill this in." in browser.text) == (422, True)
    assert tenant.show(intent)["status"] == "APPROVED"
    browser.submit("/cancel", **FIELDS["cancel"])
    assert browser.path == page_of(intent)
    for words in ("Cancelled: it does not leave.", "Dropped — cancelled operator@example.com", "Reason: texto errado."):
        assert words in browser.text
    assert offered(browser) == []
    house.work()
    assert house.phone.sends() == []
    assert browser.open(f"{page_of(intent)}/cancel").path == page_of(intent)


def test_a_failed_message_is_retried_from_its_page(house: House, tenant: Tenant, browser: Browser) -> None:
    """Whoever put the cause right wants to see the new decision, in one click, on the same page."""
    intent = failed(tenant)
    browser.open(page_of(intent))
    assert offered(browser) == ["retry"]
    browser.submit("/retry", retry_reason="ok", retry_until="2020-01-01T10:00")
    assert (browser.answer.status, "Choose an instant in the future." in browser.text) == (422, True)
    browser.submit("/retry", retry_reason="a ponte voltou", retry_until="2027-02-01T10:00")
    for words in ("Retried. The page shows what the Gate said.", "Reason: a ponte voltou.", "Approved: leaves from"):
        assert words in browser.text
    assert tenant.show(intent)["expires_at"] == "2027-02-01T13:00:00.000Z"
    house.work()
    assert tenant.show(intent)["status"] == "SENT"
    assert offered(browser.open(page_of(intent))) == []


def test_a_doubt_is_resolved_with_the_risk_in_plain_words(house: House, tenant: Tenant, browser: Browser) -> None:
    """Sending once more may bother a customer twice: nobody must choose it without having read so."""
    intent = unconfirmed(tenant)
    browser.open(page_of(intent))
    assert offered(browser) == ["resolve"]
    assert "The person may get the message twice." in browser.text
    browser.submit("/resolve", resolve_reason="é urgente")
    assert (browser.answer.status, tenant.show(intent)["status"]) == (422, "UNCONFIRMED")
    browser.submit("/resolve", **FIELDS["resolve"])
    assert "To be sent once more operator@example.com" in browser.text
    assert "Reason: é urgente." in browser.text
    house.work()
    assert len(set(house.phone.sends())) == 2
    second = unconfirmed(tenant)
    browser.open(page_of(second)).submit("/resolve", outcome="not_sent", resolve_reason="ela disse que não")
    assert "Failed — not sent" in browser.text
    assert offered(browser) == ["retry"]


def test_a_retry_after_a_doubt_says_what_it_risks(house: House, tenant: Tenant, browser: Browser) -> None:
    """Sent once more and refused, the first one may still be on the phone: nobody must repeat it unaware."""
    intent = unconfirmed(tenant)
    refuse_next(tenant)
    browser.open(page_of(intent)).submit("/resolve", **FIELDS["resolve"])
    house.work()
    assert offered(browser.open(page_of(intent))) == ["retry"]
    assert RISK in browser.text
    assert RISK not in browser.open(page_of(failed(tenant))).text


def test_whoever_comes_second_is_told(tenant: Tenant, browser: Browser) -> None:
    """A receipt or a colleague was faster: the page must say that nothing was done, and show what is."""
    intent = unconfirmed(tenant)
    browser.open(page_of(intent))
    form = browser.form("/resolve")
    hooks.report(tenant, intent)
    browser.send(form, {**form.fields, **FIELDS["resolve"]})
    assert browser.path == page_of(intent)
    assert OVERTAKEN in browser.text
    assert tenant.show(intent)["status"] == "SENT"
    other = failed(tenant)
    seen = browser.open(page_of(other)).form("/retry")
    for _ in range(2):
        refuse_next(tenant)
        browser.send(seen, {**seen.fields, **FIELDS["retry"]})
        tenant.house.work()
    assert OVERTAKEN in browser.text
    assert tenant.stored(other).generation == 1


def test_a_page_that_says_nonsense_of_what_it_showed_still_works(tenant: Tenant, browser: Browser) -> None:
    """Whoever's form was mangled on its way would see an error page instead of the message."""
    intent = failed(tenant)
    browser.open(page_of(intent)).submit("/retry", **FIELDS["retry"], seen="9" * 5_000)
    assert (browser.answer.status, browser.path) == (200, page_of(intent))
    assert tenant.stored(intent).generation == 1


def test_what_is_filled_in_outlives_the_pages_news(tenant: Tenant, browser: Browser) -> None:
    """The page asks for news every three seconds: it must not empty the field that somebody is typing in."""
    intent = tenant.submit()
    browser.part(page_of(intent))
    assert '<details class="fold" id="ask-cancel-0" hx-preserve>' in browser.html


def test_only_operators_of_the_organization_act_and_only_from_our_forms(house: House, tenant: Tenant) -> None:
    """Somebody who may only look, another company, or another site's page could stop or repeat messages."""
    viewer = Browser(house).sign_in(member(tenant, Role.VIEWER))
    operator = Browser(house).sign_in(member(tenant, Role.OPERATOR))
    theirs, intent = house.admit().submit(), tenant.submit()
    assert offered(viewer.open(page_of(intent))) == []
    for act, fields in FIELDS.items():
        token = viewer.form("preferences").fields["csrf"]
        assert viewer.send(Form(f"{page_of(intent)}/{act}", "post"), {**fields, "csrf": token}).answer.status == 403
        operator.open(page_of(intent))
        token = operator.form("preferences").fields["csrf"]
        forged = {**fields, "csrf": "0" * 64}
        assert operator.send(Form(f"{page_of(intent)}/{act}", "post"), forged).answer.status == 403
        assert operator.send(Form(f"{page_of(theirs)}/{act}", "post"), {**fields, "csrf": token}).answer.status == 404
        assert operator.open(f"{page_of(intent)}/explode").answer.status == 404
    assert tenant.show(intent)["version"] == intent["version"]


def test_portuguese_readers_are_asked_in_portuguese(house: House, tenant: Tenant) -> None:
    """Most operators read Portuguese: a warning that they cannot read warns nobody."""
    intent = unconfirmed(tenant)
    browser = Browser(house, "pt-BR").sign_in(member(tenant, Role.OPERATOR)).open(page_of(intent))
    assert "A pessoa pode receber a mensagem duas vezes." in browser.text
    browser.submit("/resolve", outcome="sent", resolve_reason="ela respondeu")
    assert "Motivo: ela respondeu." in browser.text
