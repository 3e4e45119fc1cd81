"""Numbers in the panel: seen at a glance, stopped and let go again, each action once and by those who may."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from chalicelib.application.instances.registry import Changes
from chalicelib.bootstrap import services
from chalicelib.domain.connection import Connection
from chalicelib.domain.instance import InstancePurpose, JournalType, Lifecycle
from chalicelib.domain.lifecycle import retired
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member
from tests.integration.number_pages import TABS, acts, now, place

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant


def journal(tenant: Tenant) -> list[JournalType]:
    """What happened to the first number, newest first."""
    return [entry.type for entry in services().states.journal(tenant.id, tenant.instance.id, None, 50).entries]


def test_cards_show_every_number(house: House, tenant: Tenant, browser: Browser) -> None:
    """One that is missing is one that nobody looks after."""
    other = tenant.add_number("Suporte")
    now = house.clock.now()
    gone = retired(services().states.one(tenant.id, other).instance, "operator usr_1", now, unpaired=True)
    assert services().directory.put_instance(gone)
    browser.open("/instances")
    assert "Vendas +5511 ••••" in browser.text
    assert "1 retired number Suporte" in browser.text
    assert any(href.endswith("/instances/new") for href in browser.links())
    browser.part("/instances")
    assert browser.html.lstrip().startswith("<div")
    assert 'data-due="30"' in browser.html


def test_an_organization_without_numbers_is_told_how_to_begin(house: House) -> None:
    """An empty page leaves a newcomer with nothing to do."""
    tenant = house.admit()
    gone = retired(tenant.instance, "operator usr_1", house.clock.now(), unpaired=True)
    assert services().directory.put_instance(gone)
    browser = Browser(house).sign_in(member(tenant))
    assert "Connect your first WhatsApp number in three steps" in browser.open("/instances").text


def test_a_number_has_four_views(tenant: Tenant, browser: Browser) -> None:
    """A link that a colleague sent must show what they saw."""
    intent = tenant.submit(instance_id=tenant.instance_ids[0])
    browser.open(f"/instances/{tenant.instance_ids[0]}")
    assert browser.path == place(tenant)
    assert browser.links(f"/messages/{intent['id']}")
    for tab in TABS:
        assert browser.open(place(tenant, tab)).answer.status == 200
        assert browser.html.count('aria-current="page"') == 2
        part = browser.part(place(tenant, tab))
        assert "<html" not in part.html
    assert browser.open(place(tenant, "secrets")).answer.status == 404


def test_metrics_say_what_they_count(house: House, tenant: Tenant, browser: Browser) -> None:
    """A figure that counts other numbers' messages leads to the wrong number being slowed down."""
    other = tenant.add_number("Suporte")
    tenant.submit(instance_id=tenant.instance_ids[0])
    tenant.submit(instance_id=other)
    house.work()
    browser.open(place(tenant, "metrics"))
    assert "Last 60 minutes 1 of 10,000" in browser.text
    assert "Messages sent 1 of 1 accepted" in browser.text


@pytest.mark.parametrize(
    ("language", "title", "reason", "end"),
    [
        ("en", "Vendas is paused", "just now: Troca de aparelho", "Until somebody resumes it."),
        ("pt-BR", "Vendas está em pausa", "agora mesmo: Troca de aparelho", "Até alguém retomar."),
    ],
)
def test_a_pause_is_told_until_somebody_resumes(  # noqa: PLR0913 - one row of the table
    house: House, tenant: Tenant, *, language: str, title: str, reason: str, end: str
) -> None:
    """Whoever wonders why nothing leaves must see who stopped it, and why, in their language."""
    browser = Browser(house, language).sign_in(member(tenant, Role.OPERATOR))
    browser.open(place(tenant)).submit("/pause", pause_reason="Troca de aparelho")
    assert browser.path == place(tenant)
    for words in (title, "operator@example.com", reason, end):
        assert words in browser.text
    browser.submit("/resume")
    assert title not in browser.text
    assert not tenant.instance.is_paused(house.clock.now())
    assert journal(tenant)[:2] == [JournalType.RESUMED, JournalType.PAUSED]


def test_a_pause_ends_at_the_organizations_clock(tenant: Tenant, browser: Browser) -> None:
    """A pause until six would end at three in São Paulo."""
    wanted = services().clock.now() + 24 * 3_600_000
    browser.open(place(tenant)).submit("/pause", pause_reason="Férias", pause_until=_local(wanted))
    stop = tenant.instance.paused
    assert stop is not None
    assert stop.until == wanted // 60_000 * 60_000


def test_a_wrong_pause_is_shown_again(tenant: Tenant, browser: Browser) -> None:
    """Somebody in a hurry loses what they wrote and has to guess what was wrong."""
    browser.open(place(tenant)).submit("/pause", pause_reason="Férias", pause_until="2020-01-01T10:00")
    assert browser.answer.status == 422
    assert "Choose an instant in the future, at most 90 days ahead." in browser.text
    assert browser.form("/pause").fields["pause_reason"] == "Férias"
    browser.submit("/pause", pause_reason="", pause_until="")
    assert "Fill this in." in browser.text
    assert now(tenant).paused is None


def test_a_rest_begins_and_ends(tenant: Tenant, browser: Browser) -> None:
    """A number that WhatsApp warned must be let alone, and come back when it may."""
    until = _local(services().clock.now() + 3_600_000)
    browser.open(place(tenant)).submit("/cool-down", rest_reason="Muitas denúncias", rest_until=until)
    assert "Vendas rests until" in browser.text
    assert "Reason: Muitas denúncias." in browser.text
    browser.submit("/end-cooldown")
    assert "The rest is over." in browser.text
    assert now(tenant).lifecycle is Lifecycle.ACTIVE


def test_settings_change_a_number(tenant: Tenant, browser: Browser) -> None:
    """A number whose team changed keeps a wrong name, and its pace cannot be slowed down in time."""
    browser.open(place(tenant, "settings"))
    browser.submit("/change", name="Vendas Sul", purpose="DISPATCH")
    assert browser.path == place(tenant, "settings")
    assert (tenant.instance.name, tenant.instance.purpose) == ("Vendas Sul", InstancePurpose.DISPATCH)
    browser.submit("/pace", pace="CONSERVATIVE")
    assert now(tenant).policy == CONSERVATIVE
    browser.submit("/pace", pace="ORGANIZATION")
    assert now(tenant).policy is None
    browser.submit("/change", name="")
    assert browser.answer.status == 422
    assert "Fill this in." in browser.text


def test_logging_out_asks_first(tenant: Tenant, browser: Browser) -> None:
    """One slip would cut a number off until somebody finds its phone."""
    browser.open(place(tenant, "settings")).submit("/logout")
    assert browser.answer.status == 422
    assert now(tenant).connection is Connection.CONNECTED
    browser.submit("/logout", sure="yes")
    assert "Logged out: the pairing with the phone is gone." in browser.text
    assert now(tenant).connection is Connection.LOGGED_OUT


def test_retiring_takes_the_name(tenant: Tenant, browser: Browser) -> None:
    """What cannot be undone must not happen to the number in the other tab."""
    browser.open(place(tenant, "settings")).submit("/retire", confirmation="Suporte")
    assert browser.answer.status == 422
    assert now(tenant).lifecycle is Lifecycle.ACTIVE
    browser.submit("/retire", confirmation="Vendas")
    assert now(tenant).lifecycle is Lifecycle.RETIRED
    assert acts(browser) == []


def test_a_name_is_confirmed_as_it_is_read(tenant: Tenant, browser: Browser) -> None:
    """Pages show two spaces or a line break as one space: who types what stands there could never retire the number."""
    services().registry.change(tenant.id, tenant.instance.id, "client key_1", Changes("Vendas  do\n Sul"))
    browser.open(place(tenant, "settings")).submit("/retire", confirmation="Vendas do Sul")
    assert now(tenant).lifecycle is Lifecycle.RETIRED


def test_a_phone_is_shown_once_and_written_down(tenant: Tenant, browser: Browser) -> None:
    """Private numbers would be read by anybody, and nobody could say by whom."""
    phone = tenant.instance.phone
    assert phone
    assert phone not in browser.open(place(tenant)).html
    assert phone in browser.submit("/reveal").html
    assert phone not in browser.open(place(tenant)).html
    assert journal(tenant)[0] is JournalType.PHONE_REVEALED
    assert "operator@example.com" in browser.open(place(tenant, "audit")).text


def test_the_journal_is_read_page_by_page(house: House, tenant: Tenant, browser: Browser) -> None:
    """Who stopped a number last month would be out of reach."""
    for number in range(15):
        browser.open(place(tenant)).submit("/pause", pause_reason=f"Motivo {number:02d}")
        house.clock.advance(1)
        browser.submit("/resume")
        house.clock.advance(1)
    browser.open(place(tenant, "audit"))
    assert "Reason: Motivo 14. Until somebody resumes it." in browser.text
    assert "Motivo 00" not in browser.text
    [older] = [href for href in browser.links(place(tenant, "audit")) if "cursor=" in href]
    browser.open(older)
    assert "Motivo 00" in browser.text
    assert "As “Vendas”: Mixed, by WhatsApp Web (bridge)." in browser.text
    assert browser.open(place(tenant, "audit?cursor=forged")).answer.status == 400


def _local(at: int) -> str:
    """An instant (ms) as the browser of somebody in São Paulo fills it in."""
    return f"{datetime.fromtimestamp(at / 1000, ZoneInfo('America/Sao_Paulo')):%Y-%m-%dT%H:%M}"
