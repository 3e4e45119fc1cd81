"""Requests that are refused whatever their body says: no key, a bad key, parameters and ids that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.house import INTENTS

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

_INTENT = f"{INTENTS}/int_01JAAAAAAAAAAAAAAAAAAAAAAA"
_STRANGERS = ["", "Basic YTpi", "Bearer", "Bearer ", "Bearer ptk_unknown", "ptk_unknown", "Bearer ptk_é"]


@pytest.mark.parametrize("authorization", [None, *_STRANGERS])
@pytest.mark.parametrize(("method", "path"), [("POST", INTENTS), ("GET", INTENTS), ("GET", _INTENT)])
def test_without_a_known_key_nothing_happens(
    standing_house: House, method: str, path: str, authorization: str | None
) -> None:
    """Strangers could send through a customer's number, or read whom it writes to."""
    before = standing_house.items()
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = standing_house.call(method, path, b'{"broken', **headers)
    assert (answer.status, answer.json["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["request_id"] == answer.headers["Request-Id"]
    assert standing_house.items() == before


@pytest.mark.parametrize("key", ["", '""', " ", "k" * 256, "chave-é", "a\tb"])
def test_an_idempotency_key_that_cannot_be_one_is_refused(standing_tenant: Tenant, key: str) -> None:
    """A client would believe to be protected by a key that was ignored."""
    before = standing_tenant.house.items()
    answer = standing_tenant.post(Idempotency_Key=key)
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert standing_tenant.house.items() == before


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=201", "limit=abc", "limit=-1", "limit=", "limit=1.0", "limit=" + "9" * 5_000),
        *("limit=1&limit=2", "status=DONE", "status=sent", "status=", "colour=blue", "Limit=5"),
        *("purpose=", "instance_id=ins_1", "reason=BECAUSE", "target=Ana", "external_id=", "exceptions=1"),
        *("created_from=2026-11-25", "created_from=2027-01-01T00:00:00Z&created_to=2026-01-01T00:00:00Z"),
        *("cursor=", "cursor=abc", "cursor=%C3%A9", "cursor=ImFiYyI.AAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(standing_tenant: Tenant, query: str) -> None:
    """A misspelt filter would silently show something else."""
    answer = standing_tenant.call("GET", f"{INTENTS}?{query}")
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["x", "int_", "INTENT", "int_%00", "..%2f..", "é", "int_" + "0" * 1_500])
def test_an_id_that_cannot_be_one_is_unknown(standing_tenant: Tenant, name: str) -> None:
    """A client would see a fault of ours for an id it mistyped."""
    answer = standing_tenant.call("GET", f"{INTENTS}/{name}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")
