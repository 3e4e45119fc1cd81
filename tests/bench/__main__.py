"""`make bench`: measures the rows whose names contain a word of the command line (all without one).

Prints a table and writes bench.json. It judges nothing but the goal: what a missed one means is for people to say.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path

from tests.bench import rows
from tests.bench.metric import ROWS, Metric

FILE = Path(__file__).parents[2] / "bench.json"
_LINE = "{:<28} {:>12} {:<10} {:>10}  {}"


def main(words: list[str]) -> None:
    """Measure, print each row as soon as it is known, and write the file."""
    for module in pkgutil.iter_modules(rows.__path__):
        importlib.import_module(f"{rows.__name__}.{module.name}")
    chosen = [one for one in ROWS if one.chosen_by(words)]
    if not chosen:
        sys.exit(f"no row's name contains any of: {' '.join(words)}")
    print(_LINE.format("metric", "value", "unit", "goal", ""))
    measured: list[dict[str, object]] = []
    for one in chosen:
        for metric, value in zip(one.metrics, one.measure(), strict=True):
            print(line(metric, value), flush=True)
            measured.append(entry(metric, value))
    FILE.write_text(json.dumps(measured, indent=1) + "\n")


def line(metric: Metric, value: float) -> str:
    """A metric as a line of the table."""
    goal = "" if metric.goal is None else f"{'<=' if metric.better == 'lower' else '>='} {metric.goal:g}"
    verdict = "" if metric.goal is None else "pass" if metric.met_by(value) else "FAIL"
    return _LINE.format(metric.name, f"{value:.4g}", metric.unit, goal, verdict).rstrip()


def entry(metric: Metric, value: float) -> dict[str, object]:
    """A metric as bench.json has it."""
    return {
        "metric": metric.name,
        "value": value,
        "unit": metric.unit,
        "goal": metric.goal,
        "better": metric.better,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
