"""Policies in the panel: read by everybody, changed by administrators, kept with who changed what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.policy import OnUnconfirmed
from chalicelib.domain.presets import CONSERVATIVE, MODERATE
from chalicelib.domain.quiet import QuietHours, QuietZone
from chalicelib.domain.role import Role
from chalicelib.domain.values import DAY, MINUTE
from tests.integration.browser import Browser, member
from tests.integration.number_pages import now, place
from tests.integration.policy_form import fill, form_with

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy
    from tests.integration.house import House, Tenant

PAGE = "/policy"


@pytest.fixture
def tenant(house: House) -> Tenant:
    """An organization with the conservative policy."""
    return house.admit(CONSERVATIVE)


@pytest.fixture
def admin(house: House, tenant: Tenant) -> Browser:
    """An administrator's browser."""
    return Browser(house).sign_in(member(tenant, Role.ADMIN))


def held(tenant: Tenant) -> Policy:
    """The organization's policy as it is stored now."""
    return services().onboarding.organization(tenant.id).policy


def test_everybody_reads_what_holds_and_where_it_comes_from(house: House, tenant: Tenant) -> None:
    """An operator who cannot see the limits asks an administrator why everything is so slow."""
    viewer = Browser(house).sign_in(member(tenant, Role.VIEWER))
    viewer.open("/overview")
    assert "/policy" in viewer.links("/policy")
    viewer.open(PAGE)
    assert "What holds: Conservative" in viewer.text
    for row in (
        "Messages a minute 5 reported by people who run such numbers; experience, promised by nobody",
        "Shortest pause 2.5 s reported by",
        "Each day, of the day before 180 %",
        "Quiet from 21:00 our own choice; measured by nobody",
        "The same is not said twice within 1 h",
        "New contacts a day no limit",
    ):
        assert row in viewer.text
    assert "Administrators of your organization can change it." in viewer.text
    assert [form.action for form in viewer.forms if form.action.endswith("policy")] == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_an_administrator_changes_it(house: House, tenant: Tenant, admin: Browser, role: Role) -> None:
    """Whoever answers customers could let the numbers send until they are banned."""
    form = form_with(admin.open(PAGE), "per_minute")
    other = Browser(house).sign_in(member(tenant, role))
    csrf = other.open("/overview").form("preferences").fields["csrf"]
    assert other.send(form, {**form.fields, "per_minute": "9", "csrf": csrf}).answer.status == 403
    assert held(tenant) == CONSERVATIVE


def test_a_preset_is_chosen(tenant: Tenant, admin: Browser) -> None:
    """The safe choice would take twenty figures to make."""
    admin.open(PAGE)
    form = next(one for one in admin.forms if one.fields.get("pace") == "CONSERVATIVE")
    admin.send(form, {**form.fields, "pace": "MODERATE"})
    assert (admin.path, held(tenant)) == (PAGE, MODERATE)
    assert "Saved." in admin.text
    assert "What holds: Moderate" in admin.text
    refused = admin.send(form, {**form.fields, "pace": "CLOUD_API", "version": "2"})
    assert refused.answer.status == 422
    assert held(tenant) == MODERATE


def test_figures_of_ones_own_mean_what_was_typed(tenant: Tenant, admin: Browser) -> None:
    """Somebody types two and a half seconds, and the number sends after two and a half milliseconds."""
    fill(admin.open(PAGE))
    assert held(tenant) == CONSERVATIVE
    fill(
        admin.open(PAGE),
        "warmup_on",
        "require_consent",
        per_minute="4",
        min_interval="3,25",
        max_interval="9",
        quiet_start="22:30",
        quiet_zone="recipient",
        new_contacts="40",
        duplicate_window="90",
    )
    assert held(tenant) == replace(
        CONSERVATIVE,
        per_minute=4,
        min_interval=3_250,
        max_interval=9_000,
        warmup=None,
        quiet=QuietHours(22 * 60 + 30, 8 * 60, QuietZone.RECIPIENT),
        new_contacts=40,
        require_consent=False,
        duplicate_window=90 * MINUTE,
    )
    assert "What holds: Figures of its own" in admin.text
    assert "Warm-up off" in admin.text


@pytest.mark.parametrize(("language", "risk"), [("en", "may get it twice"), ("pt-BR", "pode recebê-la duas vezes")])
def test_whoever_lets_messages_be_sent_once_more_reads_what_that_risks(
    house: House, tenant: Tenant, language: str, risk: str
) -> None:
    """Somebody who only wants fewer failures makes customers get, and perhaps do, everything twice."""
    admin = Browser(house, language).sign_in(member(tenant))
    assert form_with(admin.open(PAGE), "per_minute").fields["on_unconfirmed"] == "hold"
    assert risk in admin.text
    fill(admin, on_unconfirmed="resend")
    assert held(tenant) == replace(CONSERVATIVE, on_unconfirmed=OnUnconfirmed.RESEND)


def test_the_form_shows_the_figures_in_the_readers_way(house: House, tenant: Tenant) -> None:
    """A Portuguese reader would see a point, type a comma, and one of the two is refused."""
    admin = Browser(house, "pt-BR").sign_in(member(tenant))
    fields = form_with(admin.open(PAGE), "per_minute").fields
    assert (fields["min_interval"], fields["spacing"], fields["duplicate_window"]) == ("2,5", "10", "60")
    assert (fields["quiet_start"], fields["new_contacts"], fields["on_duplicate"]) == ("21:00", "", "block")
    assert (fields["warmup_on"], fields["allow_groups"]) == ("yes", "yes")
    fill(admin)
    assert held(tenant) == CONSERVATIVE


def test_a_change_that_did_not_see_the_one_before_is_shown_both(house: House, tenant: Tenant, admin: Browser) -> None:
    """Two administrators at once: the slower one undoes the other's work, or loses their own."""
    admin.open(PAGE)
    other = Browser(house).sign_in(member(tenant, Role.ADMIN, "bia@example.com"))
    fill(other.open(PAGE), per_minute="2")
    fill(admin, per_minute="4")
    assert admin.answer.status == 409
    assert "Somebody else changed it first" in admin.text
    assert "Messages a minute 2" in admin.text
    assert form_with(admin, "per_minute").fields["per_minute"] == "4"
    fill(admin)
    assert (admin.answer.status, held(tenant).per_minute) == (200, 4)


@pytest.mark.parametrize(("language", "change"), [("en", "Messages a minute: 5 → 4"), ("pt-BR", "por minuto: 5 → 4")])
def test_every_change_is_told(house: House, tenant: Tenant, language: str, change: str) -> None:
    """After a ban nobody could say who raised the limit, when, and from what."""
    admin = Browser(house, language).sign_in(member(tenant))
    admin.open("/policy/history")
    assert "→" not in admin.text
    fill(admin.open(PAGE), per_minute="4")
    house.clock.advance(60)
    fill(admin.open(PAGE), "quiet_on")
    admin.open("/policy/history")
    assert change in admin.text
    assert "admin@example.com" in admin.text
    assert "21:00 →" in admin.text
    assert admin.text.index("21:00 →") < admin.text.index(change)


def test_a_long_history_is_read_page_by_page(house: House, tenant: Tenant, admin: Browser) -> None:
    """What held last month would be out of reach."""
    for number in range(26):
        policy = replace(CONSERVATIVE, per_day=801 + number)
        services().policies.change(tenant.id, "client key_1", policy, number + 1)
        house.clock.advance(1)
    admin.open("/policy/history")
    assert "Messages a day: 800 → 801" not in admin.text
    [older] = [href for href in admin.links(PAGE) if "cursor=" in href]
    assert "Messages a day: 800 → 801" in admin.open(older).text
    assert admin.open("/policy/history?cursor=forged").answer.status == 400


def test_a_number_has_figures_of_its_own(tenant: Tenant, browser: Browser) -> None:
    """A number that needs care could only be slowed down together with all others."""
    browser.open(place(tenant, "settings"))
    assert "Day 1 of 10: 15 messages and 5 new contacts a day." in browser.text
    fill(browser, per_minute="3", quiet_start="20:00")
    assert browser.path == place(tenant, "settings")
    assert now(tenant).policy == replace(CONSERVATIVE, per_minute=3, quiet=QuietHours(20 * 60, 8 * 60))
    fill(browser, per_minute="2", per_hour="1")
    assert browser.answer.status == 422
    assert "Not less than a minute allows." in browser.text
    assert form_with(browser, "per_minute").fields["per_minute"] == "2"
    browser.open(place(tenant, "audit"))
    assert "As the organization, now Figures of its own." in browser.text
    fill(browser.open(place(tenant, "settings")), per_minute="1")
    assert "Messages a minute: 3 → 1" in browser.open(place(tenant, "audit")).text


def test_a_number_that_was_in_use_needs_no_warm_up(house: House, tenant: Tenant) -> None:
    """An old number is held at fifteen messages a day, and its customers wait for a week."""
    house.clock.advance(2 * DAY // 1_000)
    browser = Browser(house).sign_in(member(tenant, Role.OPERATOR))
    browser.open(place(tenant, "settings"))
    assert "Day 3 of 10: 48 messages and 5 new contacts a day." in browser.text
    browser.submit("/warmup", warmed_up="yes")
    assert now(tenant).warmed_up
    assert "None: it was in use before." in browser.text
    assert "It was in use before: no warm-up." in browser.open(place(tenant, "audit")).text
    form = browser.open(place(tenant, "settings")).form("/warmup")
    browser.send(form, {name: value for name, value in form.fields.items() if name != "warmed_up"})
    assert not now(tenant).warmed_up
