"""Campaigns over HTTP: named by their messages, looked at, stopped, let go on, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from chalicelib.domain.role import Role
from tests.integration.browser import Browser, member
from tests.integration.house import INTENTS, events, wish

if TYPE_CHECKING:
    from tests.integration.house import Answer, House, Tenant

CAMPAIGNS = "/api/campaigns"
NAME = "Volta às aulas: 50% # só hoje?"


def steer(tenant: Tenant, action: str, name: str = NAME, body: Any = None) -> Answer:  # noqa: ANN401 - JSON values
    """Stop a campaign, let it go on, end it."""
    reason = {"reason": "preço errado"} if body is None else body
    return tenant.call("POST", f"{CAMPAIGNS}/{quote(name, safe='')}/{action}", reason)


def show(tenant: Tenant, name: str = NAME) -> Answer:
    """A campaign as the API shows it now."""
    return tenant.call("GET", f"{CAMPAIGNS}/{quote(name, safe='')}")


def test_a_campaign_begins_with_its_first_message(house: House) -> None:
    """A campaign that is under way could not be stopped, since nobody announced it."""
    tenant = house.admit()
    assert show(tenant).status == 404
    intent = tenant.submit(campaign=f" {NAME} ")
    assert (intent["campaign"], intent["origin"]) == (NAME, "CAMPAIGN")
    campaign = show(tenant).json
    assert (campaign["name"], campaign["status"], campaign["actions"]) == (NAME, "RUNNING", ["pause", "cancel"])
    assert campaign["id"].startswith("cmp_")
    assert campaign["created_at"] == campaign["since"] == "2027-01-15T08:00:00.000Z"
    assert campaign["created_by"] == campaign["by"] == intent["timeline"][0]["actor"]
    assert (campaign["reason"], campaign["clearing"], campaign["version"]) == (None, False, 1)


def test_a_pause_holds_what_was_approved_and_a_resume_sends_it(house: House) -> None:
    """Messages would leave after a pause, or get lost by it."""
    tenant = house.admit()
    intent = tenant.submit(campaign=NAME)
    other = tenant.submit()
    paused = steer(tenant, "pause")
    assert (paused.status, paused.json["status"], paused.json["reason"]) == (200, "PAUSED", "preço errado")
    assert paused.json["actions"] == ["resume", "cancel"]
    late = tenant.submit(campaign=NAME)
    assert (late["status"], late["reason"], late["decision"]["parked_on"]) == (
        "QUEUED",
        "OPS_PAUSED",
        paused.json["id"],
    )
    house.work()
    house.wait(5)
    assert tenant.statuses(intent, other, late) == ["QUEUED", "SENT", "QUEUED"]
    assert steer(tenant, "resume", body=b"").json["status"] == "RUNNING"
    house.answer()
    house.work()
    assert tenant.statuses(intent, late) == ["SENT", "SENT"]
    assert tenant.show(intent)["attempts"] == 1


def test_a_cancelled_campaigns_messages_are_dropped_with_a_name(house: House) -> None:
    """Messages of a campaign that somebody ended would leave, or nobody would know who ended it."""
    tenant = house.admit()
    scheduled = tenant.submit(campaign=NAME, send_at="2027-03-01T08:00:00Z")
    approved = tenant.submit(campaign=NAME)
    cancelled = steer(tenant, "cancel").json
    assert (cancelled["status"], cancelled["actions"], cancelled["clearing"]) == ("CANCELLED", [], True)
    house.work()
    house.wait(60)
    for intent in (scheduled, approved):
        shown = tenant.show(intent)
        assert (shown["status"], shown["reason"], events(shown)[-1]) == ("DROPPED", "CANCELLED", "dropped")
        assert shown["timeline"][-1]["data"]["by"] == cancelled["by"]
        assert shown["decision"]["kind"] == "DROP"
    assert house.phone.texts() == []
    house.wait(240)
    assert show(tenant).json["clearing"] is False
    refused = tenant.post(wish(campaign=NAME))
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/campaign")


def test_campaigns_are_listed_by_name_page_by_page(house: House) -> None:
    """An operator would not find the campaign that has to be stopped now."""
    tenant, theirs = house.admit(), house.admit()
    theirs.submit(campaign="d")
    assert tenant.call("GET", CAMPAIGNS).json == {"data": [], "next_cursor": None, "has_more": False}
    for name in ("b", "c", "a"):
        tenant.submit(campaign=name)
    first = tenant.call("GET", f"{CAMPAIGNS}?limit=2").json
    assert ([one["name"] for one in first["data"]], first["has_more"]) == (["a", "b"], True)
    rest = tenant.call("GET", f"{CAMPAIGNS}?limit=2&cursor={first['next_cursor']}").json
    assert ([one["name"] for one in rest["data"]], rest["has_more"]) == (["c"], False)


def test_a_list_shows_one_campaigns_messages(house: House) -> None:
    """Nobody could see which messages a pause holds up."""
    tenant = house.admit()
    mine = [tenant.submit(campaign=NAME)["id"] for _ in range(3)]
    tenant.submit(campaign="Natal")
    tenant.submit()
    query = urlencode({"campaign": NAME, "limit": 2})
    first = tenant.call("GET", f"{INTENTS}?{query}").json
    assert [one["id"] for one in first["data"]] == mine[:0:-1]
    rest = tenant.call("GET", f"{INTENTS}?{query}&cursor={first['next_cursor']}").json
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == (mine[:1], False)
    assert tenant.call("GET", f"{INTENTS}?campaign=a%2Fb").status == 400


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"campaign": ""}, "/campaign"),
        ({"campaign": "x" * 81}, "/campaign"),
        ({"campaign": "Natal\n2026"}, "/campaign"),
        ({"campaign": "Natal\u200b"}, "/campaign"),
        ({"campaign": "24/12"}, "/campaign"),
        ({"campaign": ".."}, "/campaign"),
        ({"campaign": 7}, "/campaign"),
        ({"campaign": "Natal", "origin": "API"}, "/campaign"),
        ({"origin": "CAMPAIGN"}, "/campaign"),
        ({"campaign": None, "origin": "CAMPAIGN"}, "/campaign"),
    ],
)
def test_a_name_that_is_none_is_refused(house: House, changes: dict[str, Any], pointer: str) -> None:
    """A campaign could not be addressed, or two would look the same, or a message belong to none."""
    answer = house.admit().post(wish(**changes))
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_names_are_the_same_however_they_are_typed(house: House) -> None:
    """An operator would pause one campaign, and its twin with another Unicode form would go on."""
    tenant = house.admit()
    tenant.submit(campaign="Promoção 👩🏽‍🚀", origin="CAMPAIGN")
    assert steer(tenant, "pause", "Promoc\u0327a\u0303o 👩🏽‍🚀").status == 200
    assert tenant.submit(campaign="Promoc\u0327a\u0303o 👩🏽‍🚀 ")["status"] == "QUEUED"


@pytest.mark.parametrize("action", ["pause", "cancel"])
def test_a_stop_needs_a_reason(house: House, action: str) -> None:
    """Whoever finds a stopped campaign could not tell whether it may go on."""
    tenant = house.admit()
    tenant.submit(campaign=NAME)
    for body, pointer in (({}, "/reason"), ({"reason": " "}, "/reason"), ({"reason": "x", "until": 1}, "/until")):
        answer = steer(tenant, action, body=body)
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert show(tenant).json["status"] == "RUNNING"


def test_what_makes_no_sense_now_says_what_does(house: House) -> None:
    """A client would take a campaign for resumed that was never paused, or was ended."""
    tenant = house.admit()
    tenant.submit(campaign=NAME)
    answer = steer(tenant, "resume")
    assert (answer.status, answer.json["code"]) == (409, "not_possible_now")
    assert "pause, cancel" in answer.json["detail"]
    steer(tenant, "cancel")
    assert steer(tenant, "resume").status == 409


def test_another_organizations_campaign_is_unknown(house: House) -> None:
    """One customer could stop another one's campaign, or learn what it is called."""
    ours, theirs = house.admit(), house.admit()
    ours.submit(campaign=NAME)
    answers = [show(theirs), show(theirs, "Natal"), show(theirs, "a/b"), steer(theirs, "pause")]
    assert [answer.status for answer in answers] == [404] * 4
    assert house.call("POST", f"{CAMPAIGNS}/Natal/pause", b"{}").status == 401
    assert show(ours).json["status"] == "RUNNING"


def test_the_panel_tells_a_messages_campaign_and_batch(house: House) -> None:
    """An operator who sees a wrong price could not tell which campaign has to be stopped."""
    tenant = house.admit()
    [intent] = tenant.post({"intents": [wish(campaign=NAME)]}).json["intents"]
    other = tenant.submit()
    browser = Browser(house).sign_in(member(tenant, Role.OPERATOR))
    browser.open(f"/messages/{intent['id']}")
    assert f"Campaign {NAME}" in browser.text
    assert intent["batch_id"] in browser.text
    browser.open(f"/messages?{urlencode({'campaign': NAME})}")
    assert intent["id"] in browser.html
    assert other["id"] not in browser.html
    browser.open("/messages?campaign=a%2Fb")
    assert "without a slash" in browser.text
