"""Bodies that make no sense: each is refused with its place, and leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.domain.values import DAY, SECOND
from tests.fakes.clock import NOON
from tests.integration.house import wish

if TYPE_CHECKING:
    from tests.integration.house import Tenant

_UNREADABLE = [
    b"",
    b" ",
    b"{",
    b"not json",
    b'{"target": }',
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"external_id": "\\ud800"}',
]
_LATEST = NOON + 90 * DAY


def _phone(value: object) -> dict[str, Any]:
    return wish(target={"kind": "PHONE", "value": value})


def _group(value: object) -> dict[str, Any]:
    return wish(target={"kind": "GROUP", "value": value})


def _text(value: object) -> dict[str, Any]:
    return wish(content={"type": "TEXT", "text": value})


def _without(name: str) -> dict[str, Any]:
    return {member: value for member, value in wish().items() if member != name}


def _at(milliseconds: int) -> str:
    from chalicelib.entrypoints.http.schemas.fields import instant  # noqa: PLC0415 - phone tables, here only

    return str(instant(milliseconds))


_NONSENSE: dict[str, tuple[object, str]] = {
    "array": ([wish()], ""),
    "string": ("wish", ""),
    "null": (b"null", ""),
    "unknown member": (wish(colour="blue"), "/colour"),
    "unknown member inside": (wish(content={"type": "TEXT", "text": "Oi", "a/b": 1}), "/content/a~1b"),
    "missing target": (_without("target"), "/target"),
    "missing content": (_without("content"), "/content"),
    "missing value": (wish(target={"kind": "PHONE"}), "/target/value"),
    "unknown kind": (wish(target={"kind": "LIST", "value": "1@broadcast"}), "/target/kind"),
    "a group's id too short": (_group("1@g.us"), "/target/value"),
    "a group's name": (_group("Clientes"), "/target/value"),
    "a phone for a group": (_group("+5511987654321"), "/target/value"),
    "a group for a phone": (_phone("120363041234567890@g.us"), "/target/value"),
    "a group's id as a number": (_group(120363041234567890), "/target/value"),
    "a group's id very long": (_group("1" * 80 + "@g.us"), "/target/value"),
    "phone in national format": (_phone("11987654321"), "/target/value"),
    "phone with a trunk prefix": (_phone("(011) 98765-4321"), "/target/value"),
    "phone of letters": (_phone("call me"), "/target/value"),
    "phone with letters in it": (_phone("+55119ABCDEFGH"), "/target/value"),
    "phone with an extension": (_phone("+5511987654321;ext=5"), "/target/value"),
    "phone too short": (_phone("+551199"), "/target/value"),
    "phone too long": (_phone("+5511987654321987654"), "/target/value"),
    "phone very long": (_phone("+" + "5" * 40), "/target/value"),
    "phone as a number": (_phone(5511987654321), "/target/value"),
    "latitude beyond the pole": (
        wish(content={"type": "LOCATION", "latitude": 90.1, "longitude": 0}),
        "/content/latitude",
    ),
    "a place nowhere": (wish(content={"type": "LOCATION", "latitude": 1}), "/content/longitude"),
    "a reaction that is a word": (
        wish(content={"type": "REACTION", "emoji": "remove", "reacts_to": "3A01"}),
        "/content/emoji",
    ),
    "a reaction to nothing": (wish(content={"type": "REACTION", "emoji": "👍", "reacts_to": ""}), "/content/reacts_to"),
    "a reaction to no intent": (
        wish(content={"type": "REACTION", "emoji": "👍", "reacts_to": "int_1"}),
        "/content/reacts_to",
    ),
    "unknown content type": (wish(content={"type": "IMAGE", "text": "Oi"}), "/content/type"),
    "empty text": (_text(""), "/content/text"),
    "blank text": (_text(" \n\t"), "/content/text"),
    "text that shows nothing": (_text("\u200b\u200b"), "/content/text"),
    "text with a NUL": (_text("a\u0000b"), "/content/text"),
    "text too long": (_text("x" * 4_097), "/content/text"),
    "text of another type": (_text(["Oi"]), "/content/text"),
    "bad purpose": (wish(purpose="SPAM"), "/purpose"),
    "bad origin": (wish(origin="MARS"), "/origin"),
    "our own origin": (wish(origin="SYSTEM", purpose="REPLY"), "/origin"),
    "bad category": (wish(category="utility"), "/category"),
    "no external id": (wish(external_id=""), "/external_id"),
    "long external id": (wish(external_id="x" * 129), "/external_id"),
    "naive send_at": (wish(send_at="2027-01-16T08:00:00"), "/send_at"),
    "send_at in seconds": (wish(send_at=1_795_999_999), "/send_at"),
    "send_at that is no instant": (wish(send_at="tomorrow"), "/send_at"),
    "send_at before the calendar": (wish(send_at="0001-01-01T00:00:00+23:59"), "/send_at"),
    "send_at after the calendar": (wish(send_at="9999-12-31T23:59:59-23:59"), "/send_at"),
    "naive expires_at": (wish(expires_at="2027-01-16T08:00:00"), "/expires_at"),
    "expires_at in the past": (wish(expires_at=_at(NOON - SECOND)), "/expires_at"),
    "expires_at now": (wish(expires_at=_at(NOON)), "/expires_at"),
    "expires_at before send_at": (
        wish(send_at=_at(NOON + 2 * DAY), expires_at=_at(NOON + DAY)),
        "/expires_at",
    ),
    "expires_at too far ahead": (wish(expires_at=_at(_LATEST + SECOND)), "/expires_at"),
    "send_at too far ahead": (wish(send_at=_at(_LATEST + SECOND)), "/send_at"),
    "unknown instance": (wish(instance_id="ins_01JAAAAAAAAAAAAAAAAAAAAAAA"), "/instance_id"),
    "no instance": (wish(instance_id=""), "/instance_id"),
}


@pytest.mark.parametrize("name", list(_NONSENSE))
def test_nonsense_is_refused_with_its_place(standing_tenant: Tenant, name: str) -> None:
    """A client would guess what is wrong, or its wish would be carried out as something else."""
    body, pointer = _NONSENSE[name]
    tenant, house = standing_tenant, standing_tenant.house
    before = house.items()
    answer = tenant.post(body)
    problem = answer.json
    assert (answer.status, problem["status"], problem["code"]) == (422, 422, "invalid_input")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert all(error["detail"] for error in problem["errors"])
    assert problem["request_id"] == answer.headers["Request-Id"]
    assert house.items() == before
    assert house.receive() == []


@pytest.mark.parametrize("body", _UNREADABLE)
def test_what_is_not_json_is_refused(standing_tenant: Tenant, body: bytes) -> None:
    """A client would see a fault of ours where its own is."""
    tenant, house = standing_tenant, standing_tenant.house
    before = house.items()
    answer = tenant.post(body)
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["request_id"] == answer.headers["Request-Id"]
    assert house.items() == before


def test_a_problem_never_repeats_what_was_sent(standing_tenant: Tenant) -> None:
    """Phones and texts would end in the logs of every proxy and client on the way."""
    answer = standing_tenant.post(_phone("5531912345678"))
    assert "5531912345678" not in answer.raw.decode()


def test_anothers_instance_is_unknown_here(standing_tenant: Tenant) -> None:
    """An organization could find out which numbers others have."""
    ours, theirs = standing_tenant, standing_tenant.house.admit()
    known = ours.post(wish(instance_id=theirs.instance.id))
    unknown = ours.post(wish(instance_id="ins_01JAAAAAAAAAAAAAAAAAAAAAAA"))
    assert known.status == unknown.status == 422
    assert {**known.json, "request_id": ""} == {**unknown.json, "request_id": ""}
