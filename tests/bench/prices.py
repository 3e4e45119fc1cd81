"""What AWS asks for what a message takes: public list prices, without free tiers and volume discounts."""

from __future__ import annotations

from dataclasses import dataclass, fields

# us-east-1, as published in March 2026, USD.
_MILLION = 1_000_000
_API_REQUEST = 3.50 / _MILLION  # REST API
_INVOCATION = 0.20 / _MILLION
_GB_SECOND = 0.0000133334  # arm64
_WRITE_UNIT = 0.625 / _MILLION  # on demand
_READ_UNIT = 0.125 / _MILLION
_QUEUE_REQUEST = 0.50 / _MILLION  # standard queue, 0.40, and 0.10 for its being fair between groups
_LOG_BYTE = 0.50 / 1024**3
_TABLE_BYTE_MONTH = (0.25 + 0.20) / 1024**3  # kept, and recoverable at any point in time

# A function of this size has one processor to itself; with less it has a part, and takes as much longer.
_PROCESSOR_GB = 1.769
# What Lambda itself logs of an invocation: its start, its end and a report.
_REPORT_BYTES = 450


@dataclass(frozen=True)
class Work:
    """What something takes.

    Attributes:
        requests: Through API Gateway.
        invocations: Of functions.
        processor: Seconds of one processor.
        waiting: Seconds in which a function does nothing but wait, times its memory in GB.
        writes: Write units.
        reads: Read units.
        queue_requests: To SQS, those of the functions' pollers included.
        log_bytes: Written by the functions.
    """

    requests: float = 0.0
    invocations: float = 0.0
    processor: float = 0.0
    waiting: float = 0.0
    writes: float = 0.0
    reads: float = 0.0
    queue_requests: float = 0.0
    log_bytes: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def times(self, factor: float) -> Work:
        """So much more of everything."""
        return Work(*(getattr(self, one.name) * factor for one in fields(self)))

    @property
    def usd(self) -> float:
        """What it costs."""
        return (
            self.requests * _API_REQUEST
            + self.invocations * _INVOCATION
            + (self.processor * _PROCESSOR_GB + self.waiting) * _GB_SECOND
            + self.writes * _WRITE_UNIT
            + self.reads * _READ_UNIT
            + self.queue_requests * _QUEUE_REQUEST
            + (self.log_bytes + self.invocations * _REPORT_BYTES) * _LOG_BYTE
        )

    @property
    def usd_per_million(self) -> float:
        """What a million of it cost."""
        return self.usd * _MILLION


def usd_kept(size: float, months: float) -> float:
    """What it costs to keep so many bytes in the table."""
    return size * months * _TABLE_BYTE_MONTH
