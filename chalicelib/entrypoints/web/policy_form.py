"""A policy as a form: every figure in the unit in which people think, and what was filled in as the API's shape."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.figures import Figure, figures_of
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.values import MINUTE, SECOND
from chalicelib.entrypoints.http.schemas.policy import PolicyBody, clock, place_of
from chalicelib.entrypoints.web.forms import Form, read_form, refused
from chalicelib.entrypoints.web.words.policy import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.figures import Value
    from chalicelib.domain.policy import Policy
    from chalicelib.entrypoints.web.page import Page

ON = "yes"
_DECIMAL = re.compile(r"\d{1,9}(?:[.,]\d{1,3})?", re.ASCII)
_CHECKS = frozenset({Figure.REQUIRE_CONSENT, Figure.ALLOW_GROUPS})
_CLOCKS = frozenset({Figure.QUIET_START, Figure.QUIET_END})


@dataclass(frozen=True, slots=True)
class Unit:
    """In what a duration is filled in: how many ms, and its sign."""

    size: int
    sign: str


UNITS: Mapping[Figure, Unit] = {
    Figure.MIN_INTERVAL: Unit(SECOND, "s"),
    Figure.MAX_INTERVAL: Unit(SECOND, "s"),
    Figure.TYPING: Unit(SECOND, "s"),
    Figure.SPACING: Unit(SECOND, "s"),
    Figure.DUPLICATE_WINDOW: Unit(MINUTE, "min"),
}


def field_of(figure: Figure) -> str:
    """What its field is called."""
    return figure.replace(".", "_")


def switch_of(rule: str) -> str:
    """What the field is called that switches a rule on."""
    return f"{rule}_on"


# Field of the form by its dotted place in the API's shape.
_NAMES = {place_of(figure.replace(".", "/")).replace("/", "."): field_of(figure) for figure in Figure}


def filled_in(page: Page, policy: Policy) -> dict[str, str]:
    """A policy as its form has it; a rule that is off is ready to be switched on, with the conservative figures."""
    known = figures_of(policy)
    suggested = figures_of(CONSERVATIVE) | known
    values = {field_of(figure): _text(page, figure, value) for figure, value in suggested.items()}
    return values | {switch_of(group.rule): ON for group in GROUPS if group.rule and group.figures[0] in known}


def read_policy(page: Page) -> Form[PolicyBody]:
    """The policy that was filled in, or what is wrong with which field."""
    form = read_form(page, PolicyBody, _NAMES, meant=_meant(page.form))
    if form.body is None:
        return form
    try:
        form.body.policy()
    except InvalidInput as error:
        place = error.pointer.removeprefix("/policy/").replace("/", ".")
        return refused(page, form, _NAMES[place], str(error))
    return form


def _meant(filled: Mapping[str, str]) -> dict[str, object]:
    """What the fields mean; those of a rule that is switched off mean nothing."""
    meant: dict[str, object] = {}
    for group in GROUPS:
        if group.rule and filled.get(switch_of(group.rule)) != ON:
            meant[group.rule] = None
            continue
        meant |= {field_of(figure): _meaning(figure, filled.get(field_of(figure), "")) for figure in group.figures}
    return meant


def _meaning(figure: Figure, text: str) -> object:
    if figure in _CHECKS:
        return text == ON
    if figure is Figure.NEW_CONTACTS and not text:
        return None
    if figure in UNITS and _DECIMAL.fullmatch(text):
        lasts = Decimal(text.replace(",", ".")) * UNITS[figure].size
        return int(lasts) if lasts == int(lasts) else text
    return text


def _text(page: Page, figure: Figure, value: Value) -> str:
    if figure in _CHECKS:
        return ON if value else ""
    if figure in _CLOCKS:
        return clock(int(value or 0))
    if figure in UNITS:
        lasts = Decimal(int(value or 0)) / UNITS[figure].size
        return f"{lasts:f}".replace(".", page.times.decimal)
    return "" if value is None else str(value)
