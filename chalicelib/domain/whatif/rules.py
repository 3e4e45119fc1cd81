"""Which policy held when: the organization's journal read backwards, and the proposed policy in its place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from chalicelib.domain.instance import JournalType
from chalicelib.domain.policy import OnDuplicate, OnUnconfirmed, Policy
from chalicelib.domain.quiet import QuietHours, QuietScope, QuietZone
from chalicelib.domain.warmup import WarmUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chalicelib.domain.instance import JournalEntry
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.view import View
    from chalicelib.domain.whatif.simulation import Simulation

    # The organization as its rules were, or would have been, at an instant (ms).
    RulesAt = Callable[[int], Organization]

_CHOICES = {"on_duplicate": OnDuplicate, "on_unconfirmed": OnUnconfirmed}


def of_the_time(organization: Organization, entries: Iterable[JournalEntry]) -> RulesAt:
    """An organization with the policy that held at each instant.

    Args:
        organization: As it is now.
        entries: Its journal, as far back as instants are asked about.
    """
    changes = sorted(
        ((one.at, one.data) for one in entries if one.type is JournalType.POLICY_CHANGED), key=lambda pair: pair[0]
    )
    since = [at for at, _ in changes]
    held = [replace(organization, policy=policy_in(data["old"])) for _, data in changes[:1]]
    held += [replace(organization, policy=policy_in(data["new"])) for _, data in changes]
    known = held or [organization]
    return lambda at: known[bisect_right(since, at)]


def proposed(view: View, simulation: Simulation, of_then: RulesAt) -> tuple[View, RulesAt]:
    """A view and its rules with the proposed policy throughout: the organization's, or one number's.

    Args:
        view: What both sides begin with.
        simulation: What is proposed.
        of_then: The rules as they were.
    """
    if simulation.instance_id is None:
        organization = replace(view.organization, policy=simulation.policy)
        return view, lambda _at: organization
    known = view.instances.get(simulation.instance_id)
    changed = {known.id: replace(known, policy=simulation.policy)} if known else {}
    return replace(view, instances={**view.instances, **changed}), of_then


def policy_in(facts: Mapping[str, Any]) -> Policy:
    """A policy as a journal keeps it: ``asdict`` of it, perhaps from before a rule existed."""
    figures = {one.name: facts[one.name] for one in fields(Policy) if one.name in facts}
    warmup, quiet = facts.get("warmup"), facts.get("quiet")
    figures["warmup"] = WarmUp(**warmup) if warmup else None
    figures["quiet"] = _quiet(quiet) if quiet else None
    figures |= {name: kind(figures[name]) for name, kind in _CHOICES.items() if name in figures}
    return Policy(**figures)


def _quiet(facts: Mapping[str, Any]) -> QuietHours:
    zone, scope = facts.get("zone", QuietZone.ORGANIZATION), facts.get("scope", QuietScope.CAMPAIGNS)
    return QuietHours(facts["start"], facts["end"], QuietZone(zone), QuietScope(scope))
