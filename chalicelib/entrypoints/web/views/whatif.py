"""What-if questions as pages tell them: what was asked, how far it is, and both policies side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.domain.instance import FINAL
from chalicelib.domain.presets import preset_of
from chalicelib.domain.values import MINUTE
from chalicelib.domain.whatif.simulation import STEPS
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
    """Rows about one thing."""

    title: str
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
    living = [
        one
        for one in services().directory.instances(page.organization.id, None, _MOST).instances
        if one.lifecycle not in FINAL
    ]
    everywhere = Choice("", page.gettext("Every number without a policy of its own"))
    return [everywhere, *(Choice(one.id, one.name) for one in living)]


def _policy(page: Page, policy: Policy) -> str:
    preset = preset_of(policy)
    return page.gettext((PRESETS[preset] if preset else OWN).label)


def _result(page: Page, found: Comparison) -> Result:
    say, times, then, would = page.gettext, page.times, found.actual, found.proposed
    said = say(
        "With the policy of the time %(then)s of %(all)s messages left at once; with the proposed one it is %(would)s."
    ) % {"then": times.number(then.at_once), "would": times.number(would.at_once), "all": times.number(then.intents)}
    changes = [
        (say("Half of them would leave"), _later(times, found.added.p50)),
        (say("95 of 100 would leave, at the latest,"), _later(times, found.added.p95)),
        (say("Left then and would not"), times.number(found.stopped)),
        (say("Did not leave then and would"), times.number(found.freed)),
    ]
    parts = [_outcomes(page, then, would), _waits(page, then, would), *_reasons(page, then, would)]
    names, title = number_names(page), say("Left from which number")
    parts.append(_counted(times, title, then.numbers, would.numbers, lambda code: names.get(code, code)))
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
    number = page.times.number
    return Part(
        say("What became of the messages"), [Row(label, number(one), number(two)) for label, one, two in counts]
    )


def _waits(page: Page, then: Report, would: Report) -> Part:
    say, span = page.gettext, page.times.span
    spans = [
        (say("Half of them left within"), then.delays.p50, would.delays.p50),
        (say("95 of 100 left within"), then.delays.p95, would.delays.p95),
    ]
    return Part(say("From being handed in to leaving"), [Row(label, span(one), span(two)) for label, one, two in spans])


def _reasons(page: Page, then: Report, would: Report) -> Iterable[Part]:
    say, times = page.gettext, page.times
    called = partial(reason_of, times)
    yield _counted(times, say("Why messages waited"), then.waits, would.waits, called)
    yield _counted(times, say("Why messages were refused or expired"), then.refusals, would.refusals, called)


def _counted(
    times: Times, title: str, then: Mapping[str, int], would: Mapping[str, int], called: Callable[[str], str]
) -> Part:
    """Counts by code, the largest first."""
    codes = sorted({*then, *would}, key=lambda code: (-max(then.get(code, 0), would.get(code, 0)), code))
    counts = [(called(code), then.get(code, 0), would.get(code, 0)) for code in codes]
    return Part(title, [Row(label, times.number(one), times.number(two)) for label, one, two in counts])


def _later(times: Times, added: int) -> str:
    """How much later, or sooner, ms."""
    if not added:
        return times.gettext("at the same moment")
    message = times.gettext("%(span)s later") if added > 0 else times.gettext("%(span)s sooner")
    return message % {"span": times.span(abs(added))}
