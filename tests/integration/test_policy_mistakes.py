"""Policies that contradict themselves: refused at the figure, over HTTP and in the panel, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.values import DAY
from tests.integration.browser import Browser, member
from tests.integration.policy_form import fill, form_with
from tests.integration.test_policy_api import own, put, shown

if TYPE_CHECKING:
    from tests.integration.house import House, Tenant

PAGE = "/policy"


@pytest.fixture(scope="module")
def standing_tenant(standing_house: House) -> Tenant:
    """Somebody with the conservative policy."""
    return standing_house.admit(CONSERVATIVE)


@pytest.fixture(scope="module")
def admin(standing_house: House, standing_tenant: Tenant) -> Browser:
    """An administrator's browser."""
    return Browser(standing_house).sign_in(member(standing_tenant))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"per_hour": 4}, "/policy/per_hour"),
        ({"per_minute": 0}, "/policy/per_minute"),
        ({"per_minute": "many"}, "/policy/per_minute"),
        ({"per_minute": True}, "/policy/per_minute"),
        ({"spacing_ms": True}, "/policy/spacing_ms"),
        ({"require_consent": "off"}, "/policy/require_consent"),
        ({"min_interval_ms": 9_000}, "/policy/max_interval_ms"),
        ({"min_interval_ms": 200_000, "max_interval_ms": 200_000}, "/policy/min_interval_ms"),
        ({"max_interval_ms": 3_600_001}, "/policy/max_interval_ms"),
        ({"typing_ms": 500}, "/policy/typing_ms"),
        ({"reply_share_percent": 51}, "/policy/reply_share_percent"),
        ({"spacing_ms": 31 * DAY}, "/policy/spacing_ms"),
        ({"duplicate_window_ms": -1}, "/policy/duplicate_window_ms"),
        ({"on_duplicate": "shrug"}, "/policy/on_duplicate"),
        ({"on_unconfirmed": "shrug"}, "/policy/on_unconfirmed"),
        ({"new_contacts": 4}, "/policy/warmup/new_contacts"),
        ({"warmup": {"days": 61, "first_day": 1, "growth_percent": 100, "new_contacts": 1}}, "/policy/warmup/days"),
        (
            {"warmup": {"days": 9, "first_day": 1, "growth_percent": 99, "new_contacts": 1}},
            "/policy/warmup/growth_percent",
        ),
        (
            {"warmup": {"days": 9, "first_day": 801, "growth_percent": 100, "new_contacts": 1}},
            "/policy/warmup/first_day",
        ),
        ({"warmup": {"days": 9}}, "/policy/warmup/first_day"),
        ({"quiet": {"start": "24:00", "end": "08:00"}}, "/policy/quiet/start"),
        ({"quiet": {"start": "08:00", "end": "08:00"}}, "/policy/quiet/end"),
        ({"quiet": {"start": "8:00", "end": "21:00"}}, "/policy/quiet/start"),
        ({"per_second": 80}, "/policy/per_second"),
    ],
)
def test_a_contradiction_is_refused_at_its_member(
    standing_tenant: Tenant, changes: dict[str, object], pointer: str
) -> None:
    """A client is told that something is wrong with twenty figures; or it is stored, and nothing is sent any more."""
    refused = put(standing_tenant, own(standing_tenant, **changes))
    assert (refused.status, refused.json["code"]) == (422, "invalid_input")
    assert pointer in {error["pointer"] for error in refused.json["errors"]}
    assert shown(standing_tenant)["version"] == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("per_hour", "4", "Not less than a minute allows."),
        ("per_minute", "fast", "Write a number."),
        ("per_minute", "", "Write a number."),
        ("per_day", "99999999", "At most 10000000."),
        ("min_interval", "8", "Not shorter than the shortest pause."),
        ("min_interval", "0,0005", "Write a number."),
        ("typing", "0,5", "0 for never, or 1 to 4 seconds."),
        ("reply_share", "51", "From 0 to 50 %."),
        ("new_contacts", "4", "Not more than after the warm-up."),
        ("warmup_days", "61", "From 1 to 60 days."),
        ("warmup_growth", "99", "From 100 to 1,000 %: less would shrink."),
        ("quiet_end", "21:00", "Not the same as the beginning."),
        ("quiet_end", "noon", "Write a time of day, like 21:00."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(admin: Browser, field: str, typed: str, said: str) -> None:
    """Twenty figures are typed again because one was wrong, and nobody says which."""
    fill(admin.open(PAGE), "allow_groups", **{"spacing": "77", field: typed})
    assert admin.answer.status == 422
    assert said in admin.text
    assert "1 thing to put right" in admin.text
    fields = form_with(admin, "per_hour").fields
    assert (fields[field], fields["spacing"], "allow_groups" in fields) == (typed, "77", False)
    assert "What holds: Conservative" in admin.text
