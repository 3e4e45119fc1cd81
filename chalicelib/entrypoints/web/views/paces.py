"""Paces in figures and words, as something to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.presets import PRESETS as FIGURES
from chalicelib.domain.presets import preset_of
from chalicelib.entrypoints.web.paces import Pace
from chalicelib.entrypoints.web.views.choices import Choice
from chalicelib.entrypoints.web.words.paces import ORGANIZATION, OWN, PRESETS, TRUST

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.times import Times


def choices(page: Page) -> list[Choice]:
    """Every pace, with its figures."""
    shared = page.organization.policy
    found = [
        Choice(Pace.ORGANIZATION, page.gettext(ORGANIZATION.label), _described(page, shared, ORGANIZATION.meaning))
    ]
    found += [
        Choice(preset, page.gettext(PRESETS[preset].label), _described(page, one.policy, PRESETS[preset].meaning))
        for preset, one in FIGURES.items()
        if one.provider is None
    ]
    return found


def chosen(policy: Policy | None) -> str:
    """The pace that a number has; empty for figures that no choice has."""
    if policy is None:
        return Pace.ORGANIZATION
    return preset_of(policy) or ""


def named(times: Times, policy: Policy | None) -> str:
    """A number's own pace by its name; the organization's for ``None``."""
    if policy is None:
        return times.gettext(ORGANIZATION.label)
    preset = preset_of(policy)
    return times.gettext((PRESETS[preset] if preset else OWN).label)


def figures(times: Times, policy: Policy) -> str:
    """A pace in figures."""
    number, span = times.number, times.span
    limits = times.gettext("At most %(minute)s a minute, %(hour)s an hour and %(day)s a day") % {
        "minute": number(policy.per_minute),
        "hour": number(policy.per_hour),
        "day": number(policy.per_day),
    }
    pauses = times.gettext("%(shortest)s to %(longest)s between two messages.") % {
        "shortest": span(policy.min_interval),
        "longest": span(policy.max_interval),
    }
    return f"{limits}; {pauses}"


def trust(page: Page) -> str:
    """What the presets' figures are worth."""
    return page.gettext(TRUST)


def _described(page: Page, policy: Policy, meaning: str) -> str:
    return f"{page.gettext(meaning)} {figures(page.times, policy)}"
