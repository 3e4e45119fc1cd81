"""A number's journal in words: what happened, when, and who did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.cooldown import BY_HEALTH
from chalicelib.domain.figures import figures_in
from chalicelib.domain.health import Measure
from chalicelib.domain.instance import InstancePurpose, JournalEntry, JournalType
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.entrypoints.web.views.paces import named, summary
from chalicelib.entrypoints.web.views.policy import changes
from chalicelib.entrypoints.web.words.health import measured
from chalicelib.entrypoints.web.words.instances import CAUSES, CONNECTIONS, PROVIDERS, PURPOSES
from chalicelib.entrypoints.web.words.journal import JOURNAL
from chalicelib.entrypoints.web.words.rests import rest_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.entrypoints.web.words.times import Times

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry: its badge, its facts in words, who did it."""

    at: int
    kind: str
    title: str
    text: str
    by: str


def happened(times: Times, entry: JournalEntry, names: Mapping[str, str]) -> Happened:
    """An entry in words.

    Args:
        times: Tells times in the reader's language.
        entry: What happened.
        names: What actors are called (``views.people``).
    """
    word = JOURNAL[entry.type].told(times.gettext)
    kind, title = word.kind, word.label
    if entry.type is JournalType.CONNECTION:
        known = CONNECTIONS[Connection(entry.data["status"])]
        kind, title = known.kind, times.gettext(known.label)
    telling = _TELLING.get(entry.type)
    text = telling(times, entry.data) if telling else word.meaning
    return Happened(entry.at, kind, title, text, names.get(entry.actor, entry.actor))


def _created(times: Times, facts: Facts) -> str:
    said = times.gettext("As “%(name)s”: %(purpose)s, by %(provider)s.") % {
        "name": facts["name"],
        "purpose": times.gettext(PURPOSES[InstancePurpose(facts["purpose"])].label),
        "provider": times.gettext(PROVIDERS[ProviderName(facts["provider"])]),
    }
    if facts.get("warmed_up"):
        said = f"{said} {_start(times, warmed_up=True)}"
    return f"{said} {_pace(times, facts['policy'])}" if facts.get("policy") else said


def _changed(times: Times, facts: Facts) -> str:
    old, new, said = facts["old"], facts["new"], []
    if "name" in new:
        said.append(times.gettext("Name: “%(old)s”, now “%(new)s”.") % {"old": old["name"], "new": new["name"]})
    if "purpose" in new:
        before, after = (times.gettext(PURPOSES[InstancePurpose(one["purpose"])].label) for one in (old, new))
        said.append(times.gettext("Meant for: %(old)s, now %(new)s.") % {"old": before, "new": after})
    if "warmed_up" in new:
        said.append(_start(times, warmed_up=new["warmed_up"]))
    return " ".join(said)


def _repaced(times: Times, facts: Facts) -> str:
    before, after = (figures_in(facts[one]) if facts[one] else None for one in ("old", "new"))
    said = times.gettext("%(old)s, now %(new)s.") % {"old": named(times, before), "new": named(times, after)}
    if before and after:
        return f"{said} {'; '.join(changes(times, facts['old'], facts['new']))}."
    return f"{said} {summary(times, after)}" if after else said


def _start(times: Times, *, warmed_up: bool) -> str:
    if warmed_up:
        return times.gettext("It was in use before: no warm-up.")
    return times.gettext("It is new: it warms up.")


def _revealed(times: Times, facts: Facts) -> str:
    if "intent_id" in facts:
        return times.gettext("The recipient of message %(id)s.") % {"id": facts["intent_id"]}
    return times.gettext("The phone of this number.")


def _connection(times: Times, facts: Facts) -> str:
    cause = facts.get("cause")
    return times.gettext(CAUSES[Cause(cause)]) if cause else ""


def _paused(times: Times, facts: Facts) -> str:
    return f"{_reason(times, facts)} {_until(times, facts.get('until'))}"


def _rested(times: Times, facts: Facts) -> str:
    said = [rest_reason(times, facts["reason"]), _until(times, facts.get("until"))]
    if "value" in facts:
        measure = Measure(facts["reason"].removeprefix(BY_HEALTH))
        said.insert(1, measured(times, measure, facts["value"], facts["limit"]))
    return " ".join(said)


def _back(times: Times, facts: Facts) -> str:
    if "ramp_until" not in facts:
        return ""
    said = {"until": times.moment(facts["ramp_until"])}
    return times.gettext("It comes back slowly and is at full pace from %(until)s on.") % said


def _unreachable(times: Times, facts: Facts) -> str:
    said = {"id": facts["contact_id"], "until": times.moment(facts["until"])}
    return times.gettext("WhatsApp refused a first message (463). Contact %(id)s waits until %(until)s.") % said


def _locked(times: Times, facts: Facts) -> str:
    said = {"until": times.moment(facts["until"])}
    return times.gettext("Two new contacts were refused (463), so a lock is assumed until %(until)s.") % said


def _probed(times: Times, facts: Facts) -> str:
    return times.gettext("Message %(id)s finds out whether the lock still holds.") % {"id": facts["intent_id"]}


def _misknown(times: Times, facts: Facts) -> str:
    said = {"id": facts["contact_id"]}
    return times.gettext("WhatsApp refused contact %(id)s (463), whom the number knows: no lock, a lost token.") % said


def _reason(times: Times, facts: Facts) -> str:
    return rest_reason(times, facts["reason"])


def _until(times: Times, until: int | None) -> str:
    if until is None:
        return times.gettext("Until somebody resumes it.")
    return times.gettext("Until %(until)s.") % {"until": times.moment(until)}


def _pace(times: Times, facts: Facts) -> str:
    known = figures_in(facts)
    return f"{named(times, known)}: {summary(times, known)}"


_TELLING: Mapping[JournalType, Callable[[Times, Facts], str]] = {
    JournalType.CREATED: _created,
    JournalType.CHANGED: _changed,
    JournalType.POLICY_CHANGED: _repaced,
    JournalType.PHONE_REVEALED: _revealed,
    JournalType.CONNECTION: _connection,
    JournalType.PAUSED: _paused,
    JournalType.COOLDOWN_ENTERED: _rested,
    JournalType.COOLDOWN_LEFT: _back,
    JournalType.REACHOUT_REFUSED: _unreachable,
    JournalType.REACHOUT_LOCKED: _locked,
    JournalType.REACHOUT_PROBED: _probed,
    JournalType.TOKEN_PROBLEM: _misknown,
    JournalType.REINSTATED: _reason,
}
