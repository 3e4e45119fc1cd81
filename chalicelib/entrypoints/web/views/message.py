"""One message as its page shows it: what it says, to whom, through which number, how long everything took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.intervention import in_doubt, interventions
from chalicelib.domain.role import Role
from chalicelib.domain.status import Delivery, Status
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import MINUTE, SECOND, Location, Reaction, Text
from chalicelib.entrypoints.web.views.durations import (
    BACK_OFF,
    DECIDING,
    DOUBT,
    QUEUE,
    SLOT,
    WHATSAPP,
    durations,
)
from chalicelib.entrypoints.web.views.phones import masked
from chalicelib.entrypoints.web.views.timeline import Entry, entries
from chalicelib.entrypoints.web.words.intents import CATEGORIES, ORIGINS, PURPOSES, standing
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.reasons import reason_of
from chalicelib.entrypoints.web.words.word import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.domain.intent import Intent
    from chalicelib.domain.intervention import Intervention
    from chalicelib.domain.values import Content
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.word import Word

# So much of a text is its heading.
_HEADING_WORDS, _HEADING_LETTERS = 9, 64
# How often the page asks for itself, seconds: while something is to happen, and while receipts may still come.
_UNFINISHED, _SENT = 3, 10
_RECEIPTS_FOR = 10 * MINUTE
# What is shorter says nothing.
_NOTABLE = SECOND // 10
_OVER = frozenset({Status.BLOCKED, Status.FAILED, Status.DROPPED})

_PHASES: Mapping[str, str] = {
    DECIDING: mark("Deciding"),
    SLOT: mark("Waiting for its slot"),
    QUEUE: mark("Queue"),
    WHATSAPP: mark("WhatsApp"),
    BACK_OFF: mark("Between attempts"),
    DOUBT: mark("Unconfirmed"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value; ``code`` when machines read it."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class MessageView:
    """Everything the page shows.

    Attributes:
        id: The intent.
        version: How many events it has; the page asks whether there are more.
        heading: The first words of what it says.
        state: Its badge.
        why: Why it waits or ended so, in words; may be empty.
        recipient: Masked.
        said: What it says, by kind of content.
        facts: Everything else about it.
        times: Where its time went.
        timeline: What happened.
        acts: What the reader may do about it.
        send: Which of its sends it is now at, so that nobody does something about another one.
        risky: Whether the recipient may have got it, so that a retry may be a second message.
        due: After how many seconds the page asks for news; ``None`` when there will be none.
    """

    id: str
    version: int
    heading: str
    state: Word
    why: str
    recipient: str
    said: list[Fact]
    facts: list[Fact]
    times: list[Fact]
    timeline: list[Entry]
    acts: tuple[Intervention, ...]
    send: int
    risky: bool
    due: int | None


def message(
    page: Page, intent: Intent, content: Content | None, numbers: Mapping[str, str], actors: Mapping[str, str]
) -> MessageView:
    """The page.

    Args:
        page: Who reads.
        intent: The message.
        content: What it says, while that is kept.
        numbers: What instances are called, by id.
        actors: What those who acted are called (``views.people``).
    """
    recipient = masked(intent.request.target.value)
    return MessageView(
        id=intent.id,
        version=intent.version,
        heading=_heading(page, content, recipient),
        state=standing(intent).told(page.gettext),
        why=reason_of(page.times, intent.reason),
        recipient=recipient,
        said=list(_said(page, content)),
        facts=list(_facts(page, intent, numbers)),
        times=list(_times(page, intent)),
        timeline=entries(page.times, intent, numbers, actors),
        acts=interventions(intent) if page.may(Role.OPERATOR) else (),
        send=intent.generation,
        risky=in_doubt(intent),
        due=due_of(intent, page.times.now),
    )


def due_of(intent: Intent, now: int) -> int | None:
    """After how many seconds something may be new; ``None`` when nothing will be, or only much later."""
    if intent.status in _OVER or intent.delivery is Delivery.READ:
        return None
    if intent.status is not Status.SENT:
        return _UNFINISHED
    return _SENT if now < intent.timeline[-1].at + _RECEIPTS_FOR else None


def _heading(page: Page, content: Content | None, recipient: str) -> str:
    if isinstance(content, Text):
        words = content.text.split()
        short = " ".join(words[:_HEADING_WORDS])
        cut = short[:_HEADING_LETTERS].rstrip()
        return cut if cut == content.text.strip() or cut == " ".join(words) else f"{cut}…"
    if isinstance(content, Reaction):
        return page.gettext("Reaction %(emoji)s") % {"emoji": content.emoji}
    if isinstance(content, Location):
        return content.name[:_HEADING_LETTERS] or page.gettext("Location")
    return page.gettext("Message to %(recipient)s") % {"recipient": recipient}


def _said(page: Page, content: Content | None) -> Iterator[Fact]:
    say = page.gettext
    if isinstance(content, Text):
        yield Fact(say("Text"), content.text)
    elif isinstance(content, Location):
        yield Fact(say("Location"), f"{content.latitude}, {content.longitude}")
        if content.name:
            yield Fact(say("Name of the place"), content.name)
    elif isinstance(content, Reaction):
        yield Fact(say("Reaction"), content.emoji)
        yield Fact(say("To the message"), content.reacts_to, code=True)
    else:
        yield Fact(say("Text"), say("What it said is no longer kept."))


def _facts(page: Page, intent: Intent, numbers: Mapping[str, str]) -> Iterator[Fact]:
    say, request = page.gettext, intent.request
    kinds = (say(PURPOSES[request.purpose]), say(CATEGORIES[request.category]), say(ORIGINS[request.origin]))
    yield Fact(say("Purpose"), " · ".join(kinds))
    yield Fact(say("Number"), _number(page, intent, numbers))
    if request.send_at:
        yield Fact(say("Not before"), page.times.moment(request.send_at))
    yield Fact(say("Valid until"), page.times.moment(request.expires_at))
    if request.campaign:
        yield Fact(say("Campaign"), request.campaign)
    if request.external_id:
        yield Fact(say("External id"), request.external_id, code=True)
    if intent.batch_id:
        yield Fact(say("Batch"), intent.batch_id, code=True)
    yield Fact(say("Id"), intent.id, code=True)
    if intent.provider_id:
        yield Fact(say("Id on WhatsApp"), intent.provider_id, code=True)


def _number(page: Page, intent: Intent, numbers: Mapping[str, str]) -> str:
    pinned, chosen = intent.request.instance_id, intent.instance_id
    if pinned:
        return page.gettext("%(number)s (pinned by the request)") % {"number": numbers.get(pinned, pinned)}
    if chosen:
        return page.gettext("%(number)s (chosen by the Gate)") % {"number": numbers.get(chosen, chosen)}
    return page.gettext("not chosen yet")


def _times(page: Page, intent: Intent) -> Iterator[Fact]:
    say, spent = page.gettext, durations(intent.timeline, page.times.now)
    for phase, lasted in spent.phases.items():
        if lasted < _NOTABLE and phase != WHATSAPP:
            continue
        span = page.times.span(lasted)
        if phase == WHATSAPP:
            calls = sum(event.type is EventType.CLAIMED for event in intent.timeline)
            in_attempts = page.ngettext("%(span)s in %(num)s attempt", "%(span)s in %(num)s attempts", calls)
            span = in_attempts % {"span": span, "num": calls}
        yield Fact(_phase(page, phase), span)
    if spent.delivered is not None:
        yield Fact(say("Until delivered"), page.times.span(spent.delivered))
    if spent.read is not None:
        yield Fact(say("Until read"), page.times.span(spent.read))


def _phase(page: Page, phase: str) -> str:
    if phase in _PHASES:
        return page.gettext(_PHASES[phase])
    return page.gettext("Wait: %(reason)s") % {"reason": inline(reason_of(page.times, phase))}
