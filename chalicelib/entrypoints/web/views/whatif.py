"""What-if questions as pages tell them: what was asked, how far it is, and both policies side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.presets import preset_of
from chalicelib.domain.values import MINUTE
from chalicelib.domain.whatif.simulation import IN_USE, STEPS
from chalicelib.entrypoints.web.views.choices import Choice
from chalicelib.entrypoints.web.views.numbers import number_names
from chalicelib.entrypoints.web.views.people import names_of
from chalicelib.entrypoints.web.views.policy import Row as Figure
from chalicelib.entrypoints.web.views.policy import rows as figures
from chalicelib.entrypoints.web.words.paces import OWN, PRESETS
from chalicelib.entrypoints.web.words.reasons import reason_of
from chalicelib.entrypoints.web.words.whatif import ASSUMPTIONS, FAILURES, NOT_MODELLED, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chalicelib.domain.policy import Policy
    from chalicelib.domain.whatif.report import Comparison, Report
    from chalicelib.domain.whatif.simulation import Simulation
    from chalicelib.entrypoints.web.page import Page
    from chalicelib.entrypoints.web.words.times import Times
    from chalicelib.entrypoints.web.words.word import Word

    _Counts = Mapping[str, int]

# How soon the page looks again, s: often in the first minute, in which most are answered.
_SOON, _LATER = 3, 10
_MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """Something counted, or measured, with both policies."""

    label: str
    actual: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Part:
    """Rows about one thing; ``what`` names what each row is."""

    title: str
    what: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Result:
    """The answer: in a sentence, what changes for the messages, and both sides in parts."""

    said: str
    changes: list[tuple[str, str]]
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in a list, and above its answer."""

    id: str
    at: int
    begins_at: int
    hours: int
    by: str
    policy: str
    number: str
    state: Word


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with everything that is known of its answer; ``poll`` in seconds, 0 when nothing more will come."""

    asked: Asked
    progress: str
    why: str
    poll: int
    figures: list[Figure]
    cut_off: str
    result: Result | None
    assumptions: list[str]
    not_modelled: list[str]


def answer(page: Page, simulation: Simulation) -> Answer:
    """A question as its page shows it."""
    say, times = page.gettext, page.times
    [asked] = rows(page, [simulation])
    count = times.number(simulation.intents or 0)
    cut_off = say("Only the newest %(count)s messages of these hours were replayed; there were more.") % {
        "count": count
    }
    soon = _SOON if times.now < simulation.created_at + MINUTE else _LATER
    return Answer(
        asked=asked,
        progress=say("%(done)s of %(all)s policies replayed") % {"done": simulation.steps_done, "all": STEPS},
        why=say(FAILURES[simulation.failure]) if simulation.failure else "",
        poll=0 if simulation.ended else soon,
        figures=figures(times, simulation.policy, {}),
        cut_off=cut_off if simulation.cut_off else "",
        result=_result(page, simulation.result) if simulation.result else None,
        assumptions=[say(text) for text in ASSUMPTIONS.values()],
        not_modelled=[say(text) for text in NOT_MODELLED.values()],
    )


def rows(page: Page, simulations: Sequence[Simulation]) -> list[Asked]:
    """Questions as a list shows them."""
    people = names_of(page, [one.actor for one in simulations])
    called = number_names(page) if any(one.instance_id for one in simulations) else {}
    everywhere = page.gettext("the organization's policy")
    return [
        Asked(
            id=one.id,
            at=one.created_at,
            begins_at=one.begins_at,
            hours=one.hours,
            by=people.get(one.actor, one.actor),
            policy=_policy(page, one.policy),
            number=called.get(one.instance_id, one.instance_id) if one.instance_id else everywhere,
            state=STATUSES[one.status].told(page.gettext),
        )
        for one in simulations
    ]


def paces(page: Page, presets: Sequence[Choice]) -> list[Choice]:
    """What can be proposed."""
    own = Choice(
        "OWN", page.gettext("Figures of one's own"), page.gettext("Those below, which begin as what holds now.")
    )
    return [*presets, own]


def numbers(page: Page) -> list[Choice]:
    """For whom it can be proposed."""
    in_use = [
        one
        for one in services().directory.instances(page.organization.id, None, _MOST).instances
        if one.lifecycle in IN_USE
    ]
    everywhere = Choice("", page.gettext("Every number without a policy of its own"))
    return [everywhere, *(Choice(one.id, one.name) for one in in_use)]


def _policy(page: Page, policy: Policy) -> str:
    preset = preset_of(policy)
    return page.gettext((PRESETS[preset] if preset else OWN).label)


def _result(page: Page, found: Comparison) -> Result:
    say, times, then, would = page.gettext, page.times, found.actual, found.proposed
    said = say(
        "With the policy of the time %(then)s of %(all)s messages left at once; with the proposed one it is %(would)s."
    ) % {"then": times.number(then.at_once), "would": times.number(would.at_once), "all": times.number(then.intents)}
    changes = [
        (say("Half of them would leave, at the latest,"), _later(times, found.added.p50)),
        (say("95 of 100 would leave, at the latest,"), _later(times, found.added.p95)),
        (say("Left then and would not"), times.number(found.stopped)),
        (say("Did not leave then and would"), times.number(found.freed)),
    ]
    parts = [_outcomes(page, then, would), _waits(page, then, would), *_reasons(page, then, would)]
    names, about = number_names(page), (say("Left from which number"), say("Number"))
    parts.append(_counted(times, about, then.numbers, would.numbers, lambda code: names.get(code, code)))
    return Result(said, changes, [part for part in parts if part.rows])


def _outcomes(page: Page, then: Report, would: Report) -> Part:
    say = page.gettext
    counts = [
        (say("Left at once"), then.at_once, would.at_once),
        (say("Left after a wait"), then.waited, would.waited),
        (say("Still waiting a day later"), then.waiting, would.waiting),
        (say("Refused"), then.blocked, would.blocked),
        (say("Expired while waiting"), then.dropped, would.dropped),
    ]
    told = [Row(label, page.times.number(one), page.times.number(two)) for label, one, two in counts]
    return Part(say("What became of the messages"), say("Outcome"), told)


def _waits(page: Page, then: Report, would: Report) -> Part:
    say, span = page.gettext, page.times.span
    spans = [
        (say("Half of them left within"), then.delays.p50, would.delays.p50),
        (say("95 of 100 left within"), then.delays.p95, would.delays.p95),
    ]
    told = [Row(label, span(one), span(two)) for label, one, two in spans]
    return Part(say("From being handed in to leaving"), say("Share"), told)


def _reasons(page: Page, then: Report, would: Report) -> Iterable[Part]:
    say, times = page.gettext, page.times
    called = partial(reason_of, times)
    waited, ended = say("Why messages waited"), say("Why messages were refused or expired")
    yield _counted(times, (waited, say("Reason")), then.waits, would.waits, called)
    yield _counted(times, (ended, say("Reason")), then.refusals, would.refusals, called)


def _counted(times: Times, about: tuple[str, str], then: _Counts, would: _Counts, called: Callable[[str], str]) -> Part:
    """Counts by code, the largest first; ``about`` is the part's title and what each row is."""
    codes = sorted({*then, *would}, key=lambda code: (-max(then.get(code, 0), would.get(code, 0)), code))
    counts = [(called(code), then.get(code, 0), would.get(code, 0)) for code in codes]
    return Part(*about, [Row(label, times.number(one), times.number(two)) for label, one, two in counts])


def _later(times: Times, added: int) -> str:
    """How much later, or sooner, ms."""
    if not added:
        return times.gettext("at the same moment")
    message = times.gettext("%(span)s later") if added > 0 else times.gettext("%(span)s sooner")
    return message % {"span": times.span(abs(added))}
