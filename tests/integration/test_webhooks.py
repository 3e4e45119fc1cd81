"""The webhook door: what the provider signed gets in and is kept, everything else leaves no trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.hooks import knock, made, path_of, sign, told

if TYPE_CHECKING:
    from tests.integration.house import House

_QUEUE = "PROVIDER_EVENTS_QUEUE_URL"


def test_the_phones_own_receipt_gets_in(house: House) -> None:
    """Deliveries would never be shown: the provider's real, signed webhook would not pass the door."""
    tenant = house.admit()
    intent = tenant.submit()
    house.work()
    (hook,) = told(house)
    answer = knock(tenant, hook.raw, str(hook.signature))
    assert (answer.status, answer.raw) == (204, b"")
    assert answer.headers["Request-Id"]
    (pointer,) = house.receive(_QUEUE)
    body = json.loads(pointer["body"])
    assert set(body) == {"v", "event_id"}
    kept = [item for item in house.items() if item["pk"]["S"] == f"EVENT#{body['event_id']}"]
    assert [item["event_instance"]["S"] for item in kept] == [tenant.instance.id]
    assert tenant.show(intent)["delivery"] == "ACCEPTED"
    assert house.ingest([pointer]) == []
    shown = tenant.show(intent)
    assert (shown["status"], shown["delivery"], shown["timeline"][-1]["actor"]) == ("SENT", "DELIVERED", "provider")


@pytest.mark.parametrize("case", ["missing", "empty", "wrong", "of another body", "of another number", "not hex"])
def test_what_is_not_signed_stays_out(house: House, case: str) -> None:
    """Anybody could mark messages as delivered, or make us believe a number is banned."""
    tenant, other = house.admit(), house.admit()
    raw = made(tenant, tenant.submit())
    path, before = path_of(tenant), house.items()
    signatures = {
        "missing": "",
        "empty": " ",
        "wrong": "0" * 64,
        "of another body": sign(tenant, raw + b" "),
        "of another number": sign(other, raw),
        "not hex": "é",
    }
    answer = knock(tenant, raw, signatures[case], path)
    assert (answer.status, answer.json["code"]) == (401, "not_authenticated")
    assert house.items() == before
    assert house.receive(_QUEUE) == []


def test_the_signature_may_be_in_capitals(house: House) -> None:
    """A bridge build that writes hex in capitals would lose all receipts."""
    tenant = house.admit()
    raw = made(tenant, tenant.submit())
    assert knock(tenant, raw, sign(tenant, raw).upper()).status == 204


def test_a_path_that_is_not_ours_is_unknown(house: House) -> None:
    """Somebody could find out which organizations and numbers exist by trying paths."""
    tenant, other = house.admit(), house.admit()
    raw = made(tenant, tenant.submit())
    right = path_of(tenant)
    subject, _, proof = right.rpartition(".")
    strange = path_of(other).rpartition(".")[0]
    before = house.items()
    for path in (
        f"{subject}.{'0' * 64}",
        f"{strange}.{proof}",
        f"{subject}.",
        subject,
        right.replace("whatsmeow", "pigeon"),
        "/api/webhooks/whatsmeow/nothing",
        "/api/webhooks/whatsmeow/é",
    ):
        answer = knock(tenant, raw, path=path)
        assert (answer.status, answer.json["code"]) == (404, "not_found"), path
    assert house.items() == before
    assert house.receive(_QUEUE) == []


def test_anything_signed_is_kept_raw(house: House) -> None:
    """An event we cannot read yet would be gone when we learn to read it."""
    tenant = house.admit()
    for raw in (b"{}", b"\xff\xfe", b"[1]", b'{"type":"New","event":{}}', b"x" * 200_000):
        before = house.items()
        assert knock(tenant, raw).status == 204
        assert len(house.items()) == len(before) + 1
