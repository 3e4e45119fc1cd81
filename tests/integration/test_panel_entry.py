"""The panel's door: who comes in, what a cookie and a form are worth, and what every page carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from chalicelib.entrypoints.web.session import COOKIE, LIFETIME
from tests.integration.browser import PASSWORD, Browser, member

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

SECURE = {"X_Forwarded_Proto": "https"}


def test_signing_in_leads_to_where_one_was_going(house: House, tenant: Tenant) -> None:
    """Somebody who follows a colleague's link must arrive at it, not at a first page."""
    address = member(tenant)
    browser = Browser(house).open("/overview?done=paused")
    assert browser.path == "/sign-in"
    browser.submit("sign-in", email=f"  {address.upper()} ", password=PASSWORD)
    assert browser.address == "/overview?done=paused"
    assert tenant.instance.name in browser.text
    assert Browser(house).sign_in(address).open("/sign-in").path == "/overview"


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com", "", "<script>"])
def test_wrong_words_open_nothing(house: House, tenant: Tenant, email: str) -> None:
    """Who is known here must not be learned by trying, and what was typed must come back harmless."""
    member(tenant, email="ana@example.com")
    browser = Browser(house).open("/sign-in")
    browser.submit("sign-in", email=email, password="not-the-password-1")
    assert browser.answer.status == 401
    assert "The e-mail address or the password is wrong." in browser.text
    assert "<script>" not in browser.html
    assert browser.open("/overview").path == "/sign-in"


def test_a_temporary_password_is_replaced_first(house: House, tenant: Tenant) -> None:
    """The password that an administrator handed over is known to two people: it must open nothing by itself."""
    services().members.add_member(tenant.id, "rui@example.com", Role.VIEWER, "temporary-2026")
    browser = Browser(house).open("/overview")
    browser.submit("sign-in", email="rui@example.com", password="temporary-2026")
    assert "Choose your password" in browser.text
    browser.submit("first-password", password=PASSWORD, again="something-else-1")
    assert "The two passwords differ." in browser.text
    browser.submit("first-password", password="short1", again="short1")
    assert browser.answer.status == 422
    browser.submit("first-password", password=PASSWORD, again=PASSWORD)
    assert browser.answer.status == 200
    assert "viewer" in browser.open("/overview").text


def test_signing_out_ends_it(house: House, tenant: Tenant) -> None:
    """Whoever leaves a shared machine must not leave the panel open on it."""
    browser = Browser(house).sign_in(member(tenant))
    browser.submit("sign-out")
    assert "You are signed out." in browser.text
    assert browser.open("/overview").path == "/sign-in"


def test_the_cookie(house: House, tenant: Tenant) -> None:
    """A cookie that scripts can read, other sites can use, or that travels in the clear, is a stolen session."""
    browser = Browser(house).open("/sign-in")
    form = browser.form("sign-in")
    form.fields |= {"email": member(tenant), "password": PASSWORD}
    answer = house.call(
        "POST",
        "/sign-in",
        "&".join(f"{name}={value}" for name, value in form.fields.items()).encode(),
        Cookie=f"{COOKIE}={browser.cookies[COOKIE]}",
        **SECURE,
    )
    assert answer.status == 303
    cookie = str(answer.headers["Set-Cookie"])
    assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
    assert "Path" not in cookie
    assert browser.cookies[COOKIE] not in cookie


@pytest.mark.parametrize("forged", ["", "x", "WyJhIl0.c2lnbmF0dXJl", "a" * 5000])
def test_a_forged_cookie_is_nobodys(house: House, tenant: Tenant, forged: str) -> None:
    """Whoever could write a cookie of their own would be whoever they like."""
    browser = Browser(house).sign_in(member(tenant))
    good = browser.cookies[COOKIE]
    browser.cookies[COOKIE] = forged
    assert browser.open("/overview").path == "/sign-in"
    browser.cookies[COOKIE] = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]
    assert browser.open("/overview").path == "/sign-in"


def test_a_session_ends_by_itself(house: House, tenant: Tenant) -> None:
    """A cookie that leaked last month must open nothing."""
    browser = Browser(house).sign_in(member(tenant))
    house.clock.advance(LIFETIME / 1000 - 1)
    assert browser.open("/overview").path == "/overview"
    house.clock.advance(1)
    assert browser.open("/overview").path == "/sign-in"


def test_a_form_of_another_session_is_refused(house: House, tenant: Tenant) -> None:
    """Without this any site could press our buttons with its visitor's session."""
    browser = Browser(house).sign_in(member(tenant))
    form = browser.form("sign-out")
    for token in ("", "0" * 64, Browser(house).open("/sign-in").form("sign-in").fields["csrf"]):
        browser.send(form, {"csrf": token})
        assert browser.answer.status == 403
        assert "This form is no longer valid" in browser.text
    assert browser.open("/overview").path == "/overview"


def test_rights_are_read_anew(house: House, tenant: Tenant) -> None:
    """Who was made a viewer a minute ago must not go on as an operator until their session ends."""
    browser = Browser(house).sign_in(member(tenant, Role.OPERATOR))
    assert "Send a test" in browser.open("/overview").text
    [row] = [item for item in house.items() if item["sk"]["S"].startswith("USER#") and "operator@" in str(item)]
    row["body"]["S"] = row["body"]["S"].replace('"operator"', '"viewer"')
    house.dynamodb.put_item(TableName=house.table, Item=row)
    assert "Send a test" not in browser.open("/overview").text


def test_every_page_says_what_it_may_do(house: House, tenant: Tenant) -> None:
    """One page without these headers is the one where a planted script runs or a frame catches a click."""
    browser = Browser(house).sign_in(member(tenant))
    for path in ("/", "/overview", "/sign-in", "/development"):
        headers = browser.open(path).answer.headers
        assert "unsafe" not in str(headers["Content-Security-Policy"])
        assert "default-src 'none'" in str(headers["Content-Security-Policy"])
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Request-Id"]


def test_language_and_theme_are_kept(house: House, tenant: Tenant) -> None:
    """Whoever reads Portuguese at night must not choose that again on every page."""
    browser = Browser(house).sign_in(member(tenant)).open("/overview?done=paused")
    assert 'lang="en"' in browser.html
    browser.submit("preferences", language="pt-BR")
    assert browser.address == "/overview?done=paused"
    assert 'lang="pt-BR"' in browser.html
    browser.submit("preferences", theme="dark")
    assert 'data-theme="dark"' in browser.html
    browser.submit("preferences", theme="<script>", language="tlh", back="https://evil.example")
    assert browser.path == "/overview"
    assert 'data-theme="dark"' in browser.html


def test_assets_are_fetched_once(house: House, tenant: Tenant) -> None:
    """What never changes under its name needs no second request; what does not exist must not be read from the disk."""
    browser = Browser(house).sign_in(member(tenant))
    style = browser.html.split('rel="stylesheet" href="')[1].split('"')[0]
    found = browser.open(style).answer
    assert found.status == 200
    assert "immutable" in str(found.headers["Cache-Control"])
    for path in ("/assets/manifest.json", "/assets/..%2Fmanifest.json", "/assets/panel.css"):
        assert house.call("GET", path).status == 404


def test_a_part_of_a_page_sends_a_stranger_to_the_door(house: House, tenant: Tenant) -> None:
    """A page that refreshes itself after its session ended must not show the sign-in form inside a card."""
    del tenant
    answer = Browser(house).part("/overview").answer
    assert (answer.status, answer.headers["HX-Redirect"]) == (204, "sign-in")


def test_a_part_that_a_stranger_asks_for_by_a_form_leads_nowhere(house: House, tenant: Tenant) -> None:
    """A message's page stands higher than its form's address: below `/prod` the way to the door would end outside."""
    asked = f"/messages/{tenant.submit()['id']}/recipient"
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = house.call("POST", asked, b"csrf=x", HX_Request="true", **kind)
    assert (answer.status, "HX-Redirect" in answer.headers) == (403, False)
    assert house.call("POST", asked, b"csrf=x", **kind).headers["Location"] == "../../sign-in"


def test_what_fails_says_so_in_our_voice(house: House, tenant: Tenant) -> None:
    """When the database does not answer, a reader needs a page that says what to do, not the framework's error."""
    browser = Browser(house, "pt-BR").sign_in(member(tenant))
    house.dynamodb.delete_table(TableName=house.table)
    answer = browser.open("/overview").answer
    assert answer.status == 500
    assert "Tente de novo" in browser.text
    assert str(answer.headers["Request-Id"]) in browser.text


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/first-password", "/overview"),
        ("/sign-out", "/overview"),
        ("/preferences", "/overview"),
        ("/messages/int_1/recipient", "/messages/int_1"),
    ],
)
def test_a_forms_address_can_be_opened(house: House, tenant: Tenant, form: str, page: str) -> None:
    """Enter in the address bar, or another language after a mistake, would end in the gateway's own error."""
    assert Browser(house).sign_in(member(tenant)).open(form).path == page


@pytest.mark.parametrize("foreign", ['seen={"help": true}', "city=São Paulo", "a[b]=c", "flag", "=x", 'open="', ";;"])
@pytest.mark.parametrize("other", ["{ours}; {foreign}", "{foreign}; {ours}"])
def test_foreign_cookies_sign_nobody_out(house: House, tenant: Tenant, foreign: str, other: str) -> None:
    """Whoever uses another application of the company's domain could not sign in any more, without a word why."""
    ours = f"{COOKIE}={Browser(house).sign_in(member(tenant)).cookies[COOKIE]}"
    sent = other.format(ours=ours, foreign=foreign)
    assert house.call("GET", "/overview", Cookie=sent).status == 200


def test_the_closest_cookie_counts(house: House, tenant: Tenant) -> None:
    """Who opened `/prod` without its last slash has another cookie above `/prod/`: signing in would lead in circles."""
    ours = Browser(house).sign_in(member(tenant)).cookies[COOKIE]
    farther = Browser(house).open("/sign-in").cookies[COOKIE]
    assert house.call("GET", "/overview", Cookie=f"{COOKIE}={ours}; {COOKIE}={farther}").status == 200


@pytest.mark.parametrize("asked", ["/overview/?done=paused", "/instances/{id}/audit/"])
def test_a_last_slash_too_many_is_taken_away(house: House, tenant: Tenant, asked: str) -> None:
    """Relative links would lead one folder too deep: a page without its look, and a sign-in that never works."""
    browser = Browser(house).sign_in(member(tenant))
    browser.open(asked.format(id=tenant.instance_ids[0]))
    assert browser.address == asked.format(id=tenant.instance_ids[0]).replace("/?", "?").rstrip("/")
    assert browser.answer.status == 200


@pytest.mark.parametrize(
    "asked", ["/instances/%0D%0ASet-Cookie:x=1", "/instances/%00/pause", "/messages/%F0%9F%98%80/recipient"]
)
def test_an_address_is_repeated_harmlessly(house: House, tenant: Tenant, asked: str) -> None:
    """A line break in a link would put headers into our answer, or make the gateway answer with its own error."""
    browser = Browser(house).sign_in(member(tenant)).open(asked)
    assert browser.answer.status == 404
    assert browser.address.isascii()
    assert browser.address.isprintable()
