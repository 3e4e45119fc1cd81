"""How a number is doing, in words: its risk, and each sign with the figure that it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.health import Measure, Risk
from chalicelib.entrypoints.web.words.marking import mark
from chalicelib.entrypoints.web.words.word import Word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.entrypoints.web.words.times import Times

RISKS: Mapping[Risk, Word] = {
    Risk.LOW: Word("go", mark("Low risk")),
    Risk.MEDIUM: Word("wait", mark("Medium risk")),
    Risk.HIGH: Word("stop", mark("High risk")),
}

_MEASURED: Mapping[Measure, str] = {
    Measure.FAILURES: mark("Sends refused within an hour: %(value)s; it counts from %(limit)s on."),
    Measure.DISCONNECTS: mark("Sessions lost within an hour: %(value)s; it counts from %(limit)s on."),
    Measure.DELIVERED: mark("Arrived of its recent messages: %(value)s %%; it counts below %(limit)s %%."),
    Measure.BLOCKS: mark("Reports that people blocked it, within an hour: %(value)s; it counts from %(limit)s on."),
}


def measured(times: Times, measure: Measure, value: int, limit: int) -> str:
    """A figure and what it is compared with: a sentence."""
    said = {"value": times.number(value), "limit": times.number(limit)}
    return times.gettext(_MEASURED[measure]) % said
