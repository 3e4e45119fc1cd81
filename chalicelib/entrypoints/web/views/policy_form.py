"""What the form of a policy asks for: fields in groups, with what has to be known to fill each in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.figures import Figure
from chalicelib.entrypoints.web.policy_form import UNITS, field_of, filled_in, switch_of
from chalicelib.entrypoints.web.views.choices import Choice
from chalicelib.entrypoints.web.views.paces import presets, tables, trust
from chalicelib.entrypoints.web.words.policy import DOUBTS, DUPLICATES, FIGURES, GROUPS, SCOPES, ZONES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from chalicelib.domain.policy import Policy
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.views.paces import Table

_OPTIONS: Mapping[Figure, Mapping[str, str]] = {
    Figure.QUIET_ZONE: ZONES,
    Figure.QUIET_SCOPE: SCOPES,
    Figure.ON_DUPLICATE: DUPLICATES,
    Figure.ON_UNCONFIRMED: DOUBTS,
}
_TYPES: Mapping[Figure, str] = {
    Figure.QUIET_START: "time",
    Figure.QUIET_END: "time",
    Figure.REQUIRE_CONSENT: "check",
    Figure.ALLOW_GROUPS: "check",
    **dict.fromkeys(_OPTIONS, "select"),
}
# Whether somebody agreed to marketing does not depend on the number that it leaves from.
ORGANIZATION_ONLY = (Figure.REQUIRE_CONSENT,)
_PERCENTS = frozenset({Figure.REPLY_SHARE, Figure.WARMUP_GROWTH})


@dataclass(frozen=True, slots=True)
class Field:
    """One figure to fill in; ``type`` is the field macro's, or ``check``."""

    name: str
    label: str
    hint: str
    type: str
    inputmode: str
    options: list[Choice]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Figures that belong together; ``switch`` is the field that switches all of them on, if one does."""

    title: str
    switch: str
    switch_label: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is offered to whoever changes a policy: paces by name with their tables, and figures of one's own."""

    presets: list[Choice]
    trust: str
    tables: list[Table]
    groups: list[FieldGroup]
    values: dict[str, str]


def asked(page: Page, policy: Policy, shared: Collection[Figure] = ()) -> Asked:
    """What is offered instead of a policy.

    Args:
        page: Who changes it.
        policy: What holds.
        shared: Figures that are the organization's for all numbers, so that a number's form does not ask for them.
    """
    return Asked(presets(page), trust(page), tables(page), _groups(page, shared), filled_in(page, policy))


def _groups(page: Page, shared: Collection[Figure]) -> list[FieldGroup]:
    return [
        FieldGroup(
            title=page.gettext(group.title),
            switch=switch_of(group.rule) if group.rule else "",
            switch_label=page.gettext(group.switch) if group.switch else "",
            fields=[_field(page, figure) for figure in group.figures if figure not in shared],
        )
        for group in GROUPS
    ]


def _field(page: Page, figure: Figure) -> Field:
    word, kind = FIGURES[figure].told(page.gettext), _TYPES.get(figure, "text")
    sign = "%" if figure in _PERCENTS else UNITS[figure].sign if figure in UNITS else ""
    modes = {"text": "decimal" if figure in UNITS else "numeric"}
    return Field(
        name=field_of(figure),
        label=f"{word.label} ({sign})" if sign else word.label,
        hint=word.meaning,
        type=kind,
        inputmode=modes.get(kind, ""),
        options=[Choice(value, page.gettext(label)) for value, label in _OPTIONS.get(figure, {}).items()],
    )
