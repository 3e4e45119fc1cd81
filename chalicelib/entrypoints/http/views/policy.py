"""Turns policies and the journal of their changes into the shapes of the API."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from chalicelib.domain.figures import figures_in, figures_of
from chalicelib.domain.presets import PRESETS, backings_of, offered, preset_of
from chalicelib.entrypoints.http.schemas.policy import (
    BackingView,
    OrganizationPolicyView,
    PolicyBody,
    PresetView,
    clock,
    place_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from chalicelib.domain.figures import Figure, Value
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.presets import Backing

_GROUPS = ("warmup", "quiet")
_CLOCKS = frozenset({"quiet.start", "quiet.end"})


def shown(organization: Organization, providers: Collection[str]) -> OrganizationPolicyView:
    """The organization's policy, with what can be chosen instead.

    Args:
        organization: Whose policy.
        providers: Through which its numbers can send.
    """
    policy = organization.policy
    return OrganizationPolicyView(
        version=organization.policy_version,
        preset=preset_of(policy),
        policy=body_of(policy),
        sources=_sources(backings_of(policy, providers)),
        presets=[
            PresetView(
                preset=preset,
                offered=preset in offered(providers),
                policy=body_of(one.policy),
                sources=_sources(one.backings),
            )
            for preset, one in PRESETS.items()
        ],
    )


def body_of(policy: Policy) -> PolicyBody:
    """A policy as a body has it: what is read can be changed and sent back."""
    return PolicyBody.model_validate(members_of(policy))


def members_of(policy: Policy) -> dict[str, Any]:
    """The members that bodies have of a policy."""
    return _members(figures_of(policy))


def recorded(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A policy as a journal keeps it, perhaps from before a rule existed, in the names and units of bodies."""
    return _members(figures_in(facts))


def _members(figures: Mapping[Figure, Value]) -> dict[str, Any]:
    groups: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for figure, value in figures.items():
        group, _, name = figure.rpartition(".")
        groups[group][place_of(name)] = clock(int(value or 0)) if figure in _CLOCKS else value
    return {**groups[""], **{group: groups[group] or None for group in _GROUPS}}


def _sources(backings: Mapping[Figure, Backing]) -> dict[str, BackingView]:
    return {
        place_of("/" + figure.replace(".", "/")): BackingView(source=one.source, solidity=one.solidity)
        for figure, one in backings.items()
    }
