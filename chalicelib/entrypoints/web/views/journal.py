"""A number's journal in words: what happened, when, and who did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.instance import InstancePurpose, JournalEntry, JournalType
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.policy import Policy
from chalicelib.entrypoints.web.views.banners import rest_reason
from chalicelib.entrypoints.web.views.paces import figures, named
from chalicelib.entrypoints.web.words.instances import CAUSES, CONNECTIONS, PROVIDERS, PURPOSES
from chalicelib.entrypoints.web.words.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.entrypoints.web.page import Page

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry: its badge, its facts in words, who did it."""

    at: int
    kind: str
    title: str
    text: str
    by: str


def happened(page: Page, entry: JournalEntry, names: Mapping[str, str]) -> Happened:
    """An entry in words.

    Args:
        page: Who reads.
        entry: What happened.
        names: What actors are called (``views.people``).
    """
    word = JOURNAL[entry.type].told(page.gettext)
    kind, title = word.kind, word.label
    if entry.type is JournalType.CONNECTION:
        known = CONNECTIONS[Connection(entry.data["status"])]
        kind, title = known.kind, page.gettext(known.label)
    telling = _TELLING.get(entry.type)
    text = telling(page, entry.data) if telling else word.meaning
    return Happened(entry.at, kind, title, text, names.get(entry.actor, entry.actor))


def _created(page: Page, facts: Facts) -> str:
    said = page.gettext("As “%(name)s”: %(purpose)s, by %(provider)s.") % {
        "name": facts["name"],
        "purpose": page.gettext(PURPOSES[InstancePurpose(facts["purpose"])].label),
        "provider": page.gettext(PROVIDERS[ProviderName(facts["provider"])]),
    }
    return f"{said} {_pace(page, facts['policy'])}" if facts.get("policy") else said


def _changed(page: Page, facts: Facts) -> str:
    old, new, said = facts["old"], facts["new"], []
    if "name" in new:
        said.append(page.gettext("Name: “%(old)s”, now “%(new)s”.") % {"old": old["name"], "new": new["name"]})
    if "purpose" in new:
        before, after = (page.gettext(PURPOSES[InstancePurpose(one["purpose"])].label) for one in (old, new))
        said.append(page.gettext("Meant for: %(old)s, now %(new)s.") % {"old": before, "new": after})
    return " ".join(said)


def _repaced(page: Page, facts: Facts) -> str:
    before, after = (_policy(facts[one]) for one in ("old", "new"))
    said = page.gettext("%(old)s, now %(new)s.") % {"old": named(page, before), "new": named(page, after)}
    return f"{said} {figures(page, after)}" if after else said


def _revealed(page: Page, facts: Facts) -> str:
    if "intent_id" in facts:
        return page.gettext("The recipient of message %(id)s.") % {"id": facts["intent_id"]}
    return page.gettext("The phone of this number.")


def _connection(page: Page, facts: Facts) -> str:
    cause = facts.get("cause")
    return page.gettext(CAUSES[Cause(cause)]) if cause else ""


def _paused(page: Page, facts: Facts) -> str:
    return f"{_reason(page, facts)} {_until(page, facts.get('until'))}"


def _rested(page: Page, facts: Facts) -> str:
    return f"{rest_reason(page, facts['reason'])} {_until(page, facts.get('until'))}"


def _reason(page: Page, facts: Facts) -> str:
    return rest_reason(page, facts["reason"])


def _until(page: Page, until: int | None) -> str:
    if until is None:
        return page.gettext("Until somebody resumes it.")
    return page.gettext("Until %(until)s.") % {"until": page.times.moment(until)}


def _pace(page: Page, facts: Facts) -> str:
    policy = Policy(**facts)
    return f"{named(page, policy)}: {figures(page, policy)}"


def _policy(facts: Facts | None) -> Policy | None:
    return Policy(**facts) if facts else None


_TELLING: Mapping[JournalType, Callable[[Page, Facts], str]] = {
    JournalType.CREATED: _created,
    JournalType.CHANGED: _changed,
    JournalType.POLICY_CHANGED: _repaced,
    JournalType.PHONE_REVEALED: _revealed,
    JournalType.CONNECTION: _connection,
    JournalType.PAUSED: _paused,
    JournalType.COOLDOWN_ENTERED: _rested,
    JournalType.REINSTATED: _reason,
}
