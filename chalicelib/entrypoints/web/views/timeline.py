"""A message's timeline as the page shows it: each event in words, who made it happen, and what the Gate compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.timeline import EventType
from chalicelib.entrypoints.web.words.events import Step, told
from chalicelib.entrypoints.web.words.intents import ORIGINS
from chalicelib.entrypoints.web.words.traces import compared, insists_on_another, subject_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.timeline import Event
    from chalicelib.entrypoints.web.words.times import Times

# What begins another logical send, whose attempts count anew.
_ANEW = frozenset({EventType.RETRIED, EventType.RESEND_AUTHORISED})
_ENDS = frozenset({EventType.SENT, EventType.ATTEMPT_FAILED, EventType.UNCONFIRMED, EventType.FAILED})


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of a trace: whom it is about, and what was found."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; ``at`` in ms, ``kind`` a badge's, ``by`` who made it happen."""

    at: int
    kind: str
    title: str
    by: str
    text: str
    why: tuple[Compared, ...]


def entries(times: Times, intent: Intent, numbers: Mapping[str, str], actors: Mapping[str, str]) -> list[Entry]:
    """The timeline, oldest first.

    Args:
        times: The reader's.
        intent: The message.
        numbers: What instances are called, by id.
        actors: What those who acted are called (``views.people``).
    """
    return [_entry(times, intent, step, numbers, actors) for step in steps(intent.timeline)]


def steps(timeline: Sequence[Event]) -> Iterator[Step]:
    """Every event in its place: which attempt it belongs to, and how that ended."""
    attempt = 0
    for position, event in enumerate(timeline):
        if event.type is EventType.CLAIMED:
            attempt += 1
            end = next((later for later in timeline[position:] if later.type in _ENDS), None)
            lasted = max(0, end.at - event.at) if end else 0
            yield Step(event, attempt, end.type if end else None, lasted)
            continue
        if event.type in _ANEW:
            attempt = 0
        yield Step(event, attempt)
        if not event.data.get("counted", True):
            attempt -= 1


def _entry(times: Times, intent: Intent, step: Step, numbers: Mapping[str, str], actors: Mapping[str, str]) -> Entry:
    event, said = step.event, told(times, step, numbers)
    text = " · ".join(_asked(times, intent)) if event.type is EventType.ACCEPTED else " ".join(said.lines)
    actor = actor_of(event)
    by = actors.get(actor, actor)
    return Entry(event.at, said.kind, said.title, by, text, tuple(_why(times, intent, event, numbers)))


def actor_of(event: Event) -> str:
    """Who made it happen: where the Gate only carried out somebody's wish, whose wish that was."""
    return str(event.data.get("by", event.actor))


def _asked(times: Times, intent: Intent) -> Iterator[str]:
    yield times.gettext(ORIGINS[intent.request.origin])
    if intent.request.external_id:
        yield intent.request.external_id


def _why(times: Times, intent: Intent, event: Event, numbers: Mapping[str, str]) -> Iterator[Compared]:
    """What was compared; an approval's winner speaks for itself above."""
    for subject, rule, figures in event.data.get("trace", []):
        if subject == event.data.get("instance_id"):
            continue
        name = subject_name(times, subject, figures, numbers)
        yield Compared(name, compared(times, rule, figures, another=insists_on_another(intent, subject)))
