"""The list of intents: newest first, in pages, filtered, and strict about its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.bootstrap import services
from tests.integration.house import INTENTS

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant


def _walk(tenant: Tenant, query: str) -> tuple[list[str], list[int]]:
    """Ids of all pages in order, and how long each page was."""
    found: list[str] = []
    sizes: list[int] = []
    cursor = ""
    while True:
        page: Any = tenant.call("GET", f"{INTENTS}?{query}{cursor}").json
        found += [row["id"] for row in page["data"]]
        sizes.append(len(page["data"]))
        assert page["has_more"] is (page["next_cursor"] is not None)
        if not page["has_more"]:
            return found, sizes
        cursor = f"&cursor={page['next_cursor']}"


def test_an_empty_list_is_an_empty_page(house: House) -> None:
    """A new customer's first look would fail."""
    answer = house.admit().call("GET", INTENTS)
    assert answer.json == {"data": [], "next_cursor": None, "has_more": False, "searched_until": None}


@pytest.mark.parametrize(("limit", "sizes"), [(3, [3, 3, 1]), (7, [7]), (6, [6, 1]), (1, [1] * 7), (200, [7])])
def test_pages_show_everything_once_newest_first(house: House, limit: int, sizes: list[int]) -> None:
    """Messages would be missing from an audit, or counted twice."""
    tenant = house.admit()
    intents = [tenant.submit()["id"] for _ in range(7)]
    assert _walk(tenant, f"limit={limit}") == (intents[::-1], sizes)


def test_intents_of_one_instant_are_all_listed(house: House) -> None:
    """Messages accepted in the same millisecond would fall between two pages."""
    tenant = house.admit()
    intents = {tenant.post().json["id"] for _ in range(5)}
    found, _ = _walk(tenant, "limit=2")
    assert (len(found), set(found)) == (5, intents)


def test_what_comes_while_walking_does_not_move_the_rest(house: House) -> None:
    """A busy list could never be walked to its end."""
    tenant = house.admit()
    old = [tenant.submit()["id"] for _ in range(4)]
    page = tenant.call("GET", f"{INTENTS}?limit=2").json
    tenant.submit()
    rest = tenant.call("GET", f"{INTENTS}?limit=2&cursor={page['next_cursor']}").json
    assert [row["id"] for row in page["data"] + rest["data"]] == old[::-1]


def test_the_status_filter_is_exact(house: House) -> None:
    """An operator who looks for what waits would see what was sent."""
    tenant = house.admit()
    sent = tenant.submit()
    house.work()
    queued = tenant.submit(send_at="2027-01-16T08:00:00Z")
    approved = [tenant.submit()["id"] for _ in range(3)]
    assert _walk(tenant, "status=SENT&limit=1")[0] == [sent["id"]]
    assert _walk(tenant, "status=QUEUED")[0] == [queued["id"]]
    assert _walk(tenant, "status=APPROVED&limit=2")[0] == approved[::-1]
    assert _walk(tenant, "status=SENDING")[0] == []


def test_every_filter_reaches_the_list(house: House) -> None:
    """A filter that is read and then forgotten shows everything, which looks like an answer."""
    tenant = house.admit()
    sent = tenant.submit(external_id="order-1", purpose="REPLY", target={"kind": "PHONE", "value": "+14155550123"})
    house.work()
    pinned = tenant.submit(instance_id=tenant.instance_ids[0], send_at="2027-01-16T08:00:00Z")
    for query, expected in {
        "purpose=REPLY": sent,
        "reason=SCHEDULED": pinned,
        "target=%2B1%20415%20555%200123": sent,
        "target=+14155550123": sent,
        "external_id=order-1": sent,
        f"created_from={pinned['created_at']}": pinned,
        f"created_to={pinned['created_at']}": sent,
        f"instance_id={tenant.instance_ids[0]}&status=QUEUED": pinned,
    }.items():
        assert _walk(tenant, query)[0] == [expected["id"]], query
    assert _walk(tenant, "exceptions=true")[0] == []


def test_a_cursor_goes_on_however_its_filter_is_written(house: House) -> None:
    """A client that writes a phone in its own way could not read the second page."""
    tenant = house.admit()
    intents = [tenant.submit()["id"] for _ in range(2)]
    cursor = tenant.call("GET", f"{INTENTS}?limit=1&target=5511987654321").json["next_cursor"]
    rest = tenant.call("GET", f"{INTENTS}?limit=1&target=%2B55%2011%2098765-4321&exceptions=false&cursor={cursor}").json
    assert [row["id"] for row in rest["data"]] == intents[:1]


def test_the_id_that_whatsapp_shows_leads_to_the_intent(house: House) -> None:
    """Support could not tell which intent a message on somebody's phone was."""
    tenant = house.admit()
    sent = tenant.submit()
    house.work()
    found = services().queries.find(tenant.id, tenant.show(sent)["provider_id"])
    assert [intent.id for intent in found] == [sent["id"]]


def test_a_row_says_what_the_detail_says(house: House) -> None:
    """The list and the detail would contradict each other."""
    tenant = house.admit()
    intent = tenant.submit(external_id="order-1")
    house.work()
    (row,) = tenant.call("GET", INTENTS).json["data"]
    shown = tenant.show(intent)
    assert row == {name: shown[name] for name in row}
    assert (row["status"], row["external_id"]) == ("SENT", "order-1")


def test_a_cursor_cannot_be_changed_or_moved(house: House) -> None:
    """A client could jump to places in a list that it was never given."""
    tenant = house.admit()
    tenant.submit()
    tenant.submit()
    cursor = tenant.call("GET", f"{INTENTS}?limit=1").json["next_cursor"]
    turned = cursor[:5] + ("A" if cursor[5] != "A" else "B") + cursor[6:]
    for query in (f"limit=1&cursor={turned}", f"limit=1&status=APPROVED&cursor={cursor}"):
        assert tenant.call("GET", f"{INTENTS}?{query}").status == 400
    assert tenant.call("GET", f"{INTENTS}?limit=200&cursor={cursor}").status == 200


def test_one_intent_takes_no_parameters(house: House) -> None:
    """A misspelt request would look as if it had worked."""
    tenant = house.admit()
    intent = tenant.submit()
    assert tenant.call("GET", f"{INTENTS}/{intent['id']}?verbose=1").status == 400
