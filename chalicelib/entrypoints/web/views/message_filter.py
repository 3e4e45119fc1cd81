"""The filter of a list of messages: as its address has it, as its form is filled in, as chips to take away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib.domain.listing import REASONS as REASON_CODES
from chalicelib.domain.status import Status
from chalicelib.domain.values import SECOND, Purpose
from chalicelib.entrypoints.http.intent_filter import FILTER_PARAMETERS, filter_query, read_filter
from chalicelib.entrypoints.http.problems import BadRequest
from chalicelib.entrypoints.web.moments import instant_of
from chalicelib.entrypoints.web.views.choices import Choice
from chalicelib.entrypoints.web.views.phones import masked, read_phone
from chalicelib.entrypoints.web.words.intents import PURPOSES, STATUSES
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.domain.listing import IntentFilter
    from chalicelib.entrypoints.web.page import Page

# The form's own fields: a day and a time as the organization's clock shows them.
_LOCAL = {"from": "created_from", "to": "created_to"}
_LABELS: Mapping[str, str] = {
    "status": mark("State"),
    "purpose": mark("Purpose"),
    "instance_id": mark("Number"),
    "reason": mark("Reason"),
    "target": mark("Recipient"),
    "external_id": mark("External id"),
    "campaign": mark("Campaign"),
    "created_from": mark("From"),
    "created_to": mark("Until before"),
    "exceptions": mark("Only"),
}
_ADVICE: Mapping[str, str] = {
    "target": mark("Write it with country and area code, like +5511987654321."),
    "external_id": mark("At most 128 characters."),
    "campaign": mark("At most 80 characters in one line, without a slash."),
    "from": mark("Choose a day and a time."),
    "to": mark("Choose a day and a time after the first one."),
}
_ELSE = mark("Choose one of the offered values.")


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of the filter in words, and the address without it."""

    label: str
    value: str
    remove_href: str


@dataclass(frozen=True, slots=True)
class FilterView:
    """The filter as the page shows it.

    Attributes:
        values: What the form's fields hold.
        errors: What is wrong, by field.
        chips: What is in use.
        options: Choices by field.
    """

    values: Mapping[str, str]
    errors: Mapping[str, str]
    chips: list[Chip]
    options: Mapping[str, list[Choice]]


class UnreadableFilter(BadRequest):
    """A part of the filter makes no sense; ``field`` is the form's."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: makes no sense.")
        self.field = field


def wanted_of(page: Page) -> IntentFilter:
    """The filter of the page's address or form.

    Raises:
        UnreadableFilter: Some of it makes no sense.
    """
    given = {name: page.query[name] for name in page.query if name in FILTER_PARAMETERS}
    if "target" in given:
        given["target"] = read_phone(given["target"], page.organization.locale) or given["target"]
    for local, name in _LOCAL.items():
        if local in page.query:
            given[name] = _instant(page, local)
    try:
        return read_filter(given)
    except BadRequest as error:
        name = str(error).partition(":")[0]
        raise UnreadableFilter({there: here for here, there in _LOCAL.items()}.get(name, name)) from error


def _instant(page: Page, name: str) -> str:
    found = instant_of(page.query[name], page.organization.time_zone)
    try:
        if found is not None:
            return page.times.iso(round(found.timestamp() * SECOND))
    except (ValueError, OverflowError) as error:
        raise UnreadableFilter(name) from error
    raise UnreadableFilter(name)


def is_as_filled_in(page: Page) -> bool:
    """Whether the address is a form's: then it is not yet the one to keep."""
    raw: Mapping[str, str] = page.request.query_params or {}
    return any(name in page.query for name in _LOCAL) or any(raw[name] == "" for name in raw)


def filter_view(page: Page, wanted: IntentFilter, numbers: Mapping[str, str]) -> FilterView:
    """A filter that can be read."""
    query = filter_query(wanted)
    values = query | {
        local: page.times.local(at)
        for local, at in (("from", wanted.created_from), ("to", wanted.created_to))
        if at is not None
    }
    return FilterView(values, {}, list(_chips(page, wanted, query, numbers)), _options(page, numbers))


def unreadable_view(page: Page, field: str, numbers: Mapping[str, str]) -> FilterView:
    """A filter of which a field must be put right."""
    errors = {field: page.gettext(_ADVICE.get(field, _ELSE))}
    return FilterView(page.query, errors, [], _options(page, numbers))


def address(query: Mapping[str, str]) -> str:
    """The list's address below the panel's prefix, with a query."""
    return f"messages?{urlencode(query)}" if query else "messages"


def _chips(page: Page, wanted: IntentFilter, query: Mapping[str, str], numbers: Mapping[str, str]) -> Iterator[Chip]:
    say = page.gettext
    told = {
        "status": say(STATUSES[wanted.status].label) if wanted.status else "",
        "purpose": say(PURPOSES[wanted.purpose]) if wanted.purpose else "",
        "instance_id": numbers.get(wanted.instance_id or "", wanted.instance_id or ""),
        "reason": say(REASONS[wanted.reason].label) if wanted.reason else "",
        "target": masked(wanted.target.value) if wanted.target else "",
        "created_from": page.times.moment(wanted.created_from) if wanted.created_from is not None else "",
        "created_to": page.times.moment(wanted.created_to) if wanted.created_to is not None else "",
        "exceptions": say("exceptions"),
    }
    for name, value in query.items():
        others = {other: query[other] for other in query if other != name}
        yield Chip(say(_LABELS[name]), told.get(name) or value, page.root + address(others))


def _options(page: Page, numbers: Mapping[str, str]) -> dict[str, list[Choice]]:
    say = page.gettext
    every = Choice("", say("All"))
    return {
        "status": [every, *(Choice(one, say(STATUSES[one].label)) for one in Status)],
        "purpose": [every, *(Choice(one, say(PURPOSES[one])) for one in Purpose)],
        "instance_id": [every, *(Choice(one, name) for one, name in numbers.items())],
        "reason": [every, *(Choice(code, say(REASONS[code].label)) for code in REASON_CODES)],
    }
