"""Structured log lines and metrics through Powertools: both go to standard output, nothing is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics


class PowertoolsJournal:
    """Writes JSON lines, and counters in CloudWatch's embedded metric format."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics
        self._counted = False

    def note(self, what: str, **facts: str | int | None) -> None:
        """Write one line."""
        self._logger.info(what, extra=facts)

    def failure(self, what: str, **facts: str | int | None) -> None:
        """Write one line with the exception that is being handled."""
        self._logger.error(what, extra=facts, exc_info=True)  # noqa: LOG014 - called while an exception is handled

    def count(self, metric: str, value: int = 1) -> None:
        """Add to a counter."""
        self._metrics.add_metric(metric, MetricUnit.Count, value)
        self._counted = True

    def begin(self, request_id: str) -> None:
        """Put the request's id on every line from here on."""
        self._logger.append_keys(request_id=request_id)

    def end(self) -> None:
        """Write the counters of this invocation."""
        if self._counted:
            self._metrics.flush_metrics()
            self._counted = False
