"""A policy as a list of figures: what a journal compares, a form asks for and a preset gives a source for."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from chalicelib.domain.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a figure can be; a rule that is off has none.
Value = int | str | bool | None


class Figure(StrEnum):
    """Every figure of a policy, by its place in it, in the order in which people read them."""

    PER_MINUTE = "per_minute"
    PER_HOUR = "per_hour"
    PER_DAY = "per_day"
    MIN_INTERVAL = "min_interval"
    MAX_INTERVAL = "max_interval"
    TYPING = "typing"
    REPLY_SHARE = "reply_share"
    WARMUP_DAYS = "warmup.days"
    WARMUP_FIRST_DAY = "warmup.first_day"
    WARMUP_GROWTH = "warmup.growth"
    WARMUP_NEW_CONTACTS = "warmup.new_contacts"
    QUIET_START = "quiet.start"
    QUIET_END = "quiet.end"
    QUIET_ZONE = "quiet.zone"
    QUIET_SCOPE = "quiet.scope"
    NEW_CONTACTS = "new_contacts"
    SPACING = "spacing"
    REQUIRE_CONSENT = "require_consent"
    ALLOW_GROUPS = "allow_groups"
    DUPLICATE_WINDOW = "duplicate_window"
    ON_DUPLICATE = "on_duplicate"
    ON_UNCONFIRMED = "on_unconfirmed"


# What a journal of before a rule existed means by leaving it out.
_OFF = asdict(Policy(per_minute=1, per_hour=1, per_day=1, min_interval=0, max_interval=0))


def figures_of(policy: Policy) -> dict[Figure, Value]:
    """Its figures; those of a rule that is off are missing."""
    return figures_in(asdict(policy))


def figures_in(facts: Mapping[str, Any]) -> dict[Figure, Value]:
    """The figures of a policy as a journal keeps it: ``asdict`` of it, perhaps from before a rule existed."""
    whole = {**_OFF, **facts}
    found = {}
    for figure in Figure:
        group, _, name = figure.rpartition(".")
        members = whole[group] if group else whole
        if members is not None:
            found[figure] = members[name]
    return found
