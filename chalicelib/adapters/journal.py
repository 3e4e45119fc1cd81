"""Structured log lines and metrics through Powertools: both go to standard output, nothing is called.

A blob of CloudWatch's embedded metric format has one set of dimensions. So what an invocation observed is kept until
its end, and each set then becomes one blob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.journal import Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.metrics import EphemeralMetrics

    from chalicelib.application.ports.journal import Labels, Metric

_Values = dict["Metric", list[int]]


class PowertoolsJournal:
    """Writes JSON lines, and metrics in CloudWatch's embedded metric format.

    Args:
        logger: Writes the lines.
        blob: Makes an empty blob, which knows namespace and service.
    """

    def __init__(self, logger: Logger, blob: Callable[[], EphemeralMetrics]) -> None:
        self._logger = logger
        self._blob = blob
        # Appended to by every thread of an invocation, grouped at its end: Powertools itself is for one thread.
        self._observed: list[tuple[Metric, int, Mapping[str, str]]] = []

    def note(self, what: str, **facts: str | int | None) -> None:
        """Write one line."""
        self._logger.info(what, extra=facts)

    def failure(self, what: str, **facts: str | int | None) -> None:
        """Write one line with the exception that is being handled."""
        self._logger.error(what, extra=facts, exc_info=True)  # noqa: LOG014 - called while an exception is handled

    def count(self, metric: Metric, value: int = 1, /, **dimensions: str) -> None:
        """Add to a counter."""
        self._observed.append((metric, value, dimensions))

    def measure(self, metric: Metric, value: int, /, **dimensions: str) -> None:
        """Keep one duration, ms."""
        self._observed.append((metric, value, dimensions))

    def begin(self, request_id: str) -> None:
        """Put the request's id on every line from here on."""
        self._logger.append_keys(request_id=request_id)

    def end(self) -> None:
        """Write what this invocation counted and measured."""
        observed, self._observed = self._observed, []
        blobs: dict[Labels, _Values] = {}
        for metric, value, dimensions in observed:
            values = blobs.setdefault(metric.labels(dimensions), {}).setdefault(metric, [])
            if metric.unit is Unit.COUNT and values:
                values[0] += value
            else:
                values.append(value)
        for labels, kept in blobs.items():
            self._write(labels, kept)

    def _write(self, labels: Labels, kept: _Values) -> None:
        blob = self._blob()
        for name, label in labels:
            blob.add_dimension(name, label)
        for metric, values in kept.items():
            for value in values:
                blob.add_metric(metric.name, metric.unit, value)
        if blob.metric_set:  # a full one, with a hundred values, was written and emptied by itself
            blob.flush_metrics()
