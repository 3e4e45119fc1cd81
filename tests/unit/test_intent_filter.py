"""The grammar of filters: strict about what it is given, one form for what it gives back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.listing import REASONS, IntentFilter
from chalicelib.domain.status import Status
from chalicelib.domain.values import Purpose, Target, TargetKind
from chalicelib.entrypoints.http.intent_filter import FILTER_PARAMETERS, filter_query, read_filter
from chalicelib.entrypoints.http.problems import BadRequest

INSTANCE = "ins_01JAAAAAAAAAAAAAAAAAAAAAAA"
PHONE = Target(TargetKind.PHONE, "+5511987654321")
GROUP = Target(TargetKind.GROUP, "120363041234567890@g.us")

RANGES = st.tuples(st.integers(0, 10**12), st.integers(1, 10**12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(
    st.builds(
        lambda span, start, end, **fields: IntentFilter(
            created_from=span[0] if start else None, created_to=span[1] if end else None, **fields
        ),
        RANGES,
        st.booleans(),
        st.booleans(),
        status=st.none() | st.sampled_from(Status),
        purpose=st.none() | st.sampled_from(Purpose),
        instance_id=st.none() | st.just(INSTANCE),
        reason=st.none() | st.sampled_from(REASONS),
        target=st.none() | st.sampled_from((PHONE, GROUP)),
        external_id=st.none() | st.text(min_size=1, max_size=128),
        campaign=st.none() | st.sampled_from(["Natal", "Volta às aulas: 50% # só?", "🎄&="]),
        exceptions=st.booleans(),
    )
)
def test_a_filter_survives_its_address(wanted: IntentFilter) -> None:
    """A link to a filtered list, or its second page, would show something else."""
    query = filter_query(wanted)
    assert set(query) <= FILTER_PARAMETERS
    assert read_filter(query) == wanted


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ({}, {}),
        ({"exceptions": "false"}, {}),
        ({"target": " 5511987654321"}, {"target": "+5511987654321"}),
        ({"target": "+55 (11) 98765-4321"}, {"target": "+5511987654321"}),
        ({"created_from": "2026-11-25T12:00:00-03:00"}, {"created_from": "2026-11-25T15:00:00.000Z"}),
        ({"created_to": "2026-11-25t15:00:00.25z"}, {"created_to": "2026-11-25T15:00:00.250Z"}),
        ({"limit": "5", "cursor": "x", "q": "y"}, {}),
    ],
)
def test_ways_to_write_the_same_have_one_form(written: dict[str, str], canonical: dict[str, str]) -> None:
    """A cursor would be refused because a phone was written with spaces."""
    assert filter_query(read_filter(written)) == canonical


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("status", text) for text in ("", "sent", "DONE", "IN_FLIGHT")),
        *(("purpose", text) for text in ("", "dispatch", "ALL")),
        *(("instance_id", text) for text in ("", "ins_1", "int_01JAAAAAAAAAAAAAAAAAAAAAAA")),
        *(("reason", text) for text in ("", "rate_limit", "BECAUSE")),
        *(("target", text) for text in ("", "+", "12", "Ana", "+55119876543210000000", "++5511987654321")),
        *(("external_id", text) for text in ("", "x" * 129)),
        *(("created_from", text) for text in ("", "2026-11-25", "2026-11-25T12:00:00", "1764072000", "yesterday")),
        *(
            ("created_to", text)
            for text in ("2026-13-01T00:00:00Z", "2026-11-25T12:00:00 03:00", "1969-12-31T23:59:59Z")
        ),
        *(
            ("created_to", text)
            for text in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:60Z", "2026-W48-3T00:00:00Z")
        ),
        *(("exceptions", text) for text in ("", "1", "True", "yes")),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(name: str, text: str) -> None:
    """A misspelt filter would silently show something else."""
    with pytest.raises(BadRequest, match=f"^{name}: must "):
        read_filter({name: text})


@pytest.mark.parametrize("end", ["2026-11-25T12:00:00Z", "2026-11-25T11:59:59.999Z"])
def test_a_range_that_can_hold_nothing_is_refused(end: str) -> None:
    """Somebody who exchanged the two ends would conclude that nothing was sent."""
    with pytest.raises(BadRequest, match=r"^created_to: must be after created_from"):
        read_filter({"created_from": "2026-11-25T12:00:00Z", "created_to": end})
