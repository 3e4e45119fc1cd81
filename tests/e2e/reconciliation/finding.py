"""What a check found: its figures, and every case in which the promise did not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise, looked at.

    Attributes:
        promise: Its name, such as P7.
        figures: What was counted and measured.
        broken: A sentence for each case in which it does not hold.
    """

    promise: str
    figures: Mapping[str, object]
    broken: tuple[str, ...] = ()


def finding(promise: str, broken: Iterable[str], **figures: object) -> Finding:
    """A promise with its figures, the underscores of whose names are spaces."""
    return Finding(promise, {name.replace("_", " "): value for name, value in figures.items()}, tuple(broken))


def table(findings: Iterable[Finding]) -> str:
    """All findings for people to read: a line each, and the first cases of what does not hold."""
    lines: list[str] = []
    for one in findings:
        figures = ", ".join(f"{name} {_shown(value)}" for name, value in one.figures.items())
        lines.append(f"{one.promise:>4}  {'BROKEN' if one.broken else 'holds':6}  {figures}")
        lines += [f"              ! {text}" for text in one.broken[:_SHOWN]]
        if len(one.broken) > _SHOWN:
            lines.append(f"              ! and {len(one.broken) - _SHOWN} more")
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {count}" for name, count in sorted(value.items())) + "}"
    return str(value)
