"""What one organization learns of another: nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.house import INTENTS, wish

if TYPE_CHECKING:
    from tests.integration.house import Answer, House

UNKNOWN = "int_01JAAAAAAAAAAAAAAAAAAAAAAA"


def _anonymous(answer: Answer) -> object:
    """What an answer says apart from the request's id."""
    return answer.status, {**answer.json, "request_id": ""}, answer.headers["Content-Type"]


def test_the_scheme_is_read_in_any_case(house: House) -> None:
    """Clients that write 'bearer' as the standard allows would be locked out."""
    tenant = house.admit()
    assert house.call("GET", INTENTS, Authorization=f"bearer  {tenant.key}").status == 200


def test_anothers_intent_is_unknown_here(house: House) -> None:
    """An organization could find out which messages others sent (P13)."""
    ours, theirs = house.admit(), house.admit()
    known = ours.call("GET", f"{INTENTS}/{theirs.submit()['id']}")
    unknown = ours.call("GET", f"{INTENTS}/{UNKNOWN}")
    assert (known.status, known.json["code"]) == (404, "not_found")
    assert _anonymous(known) == _anonymous(unknown)


def test_anothers_cursor_is_refused(house: House) -> None:
    """An organization could page through another's list (P13)."""
    ours, theirs = house.admit(), house.admit()
    for tenant in (ours, theirs):
        tenant.submit()
        tenant.submit()
    cursor = theirs.call("GET", f"{INTENTS}?limit=1").json["next_cursor"]
    known = ours.call("GET", f"{INTENTS}?limit=1&cursor={cursor}")
    unknown = ours.call("GET", f"{INTENTS}?limit=1&cursor=nonsense")
    assert known.status == 400
    assert _anonymous(known) == _anonymous(unknown)


def test_a_list_shows_ones_own_only(house: House) -> None:
    """Customers would read each other's messages."""
    ours, theirs = house.admit(), house.admit()
    mine = ours.submit()
    theirs.submit()
    assert [row["id"] for row in ours.call("GET", INTENTS).json["data"]] == [mine["id"]]


def test_health_needs_no_key(house: House) -> None:
    """Whoever watches over the service would need a customer's key."""
    answer = house.call("GET", "/api/health")
    assert (answer.status, answer.json["status"]) == (200, "ok")


def test_what_breaks_on_our_side_is_a_problem_too(house: House) -> None:
    """A client could not parse the answer just when something is wrong, and would not know that it may repeat."""
    tenant = house.admit()
    house.dynamodb.delete_table(TableName=house.table)
    answer = tenant.post(wish())
    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Traceback" not in answer.raw.decode()
