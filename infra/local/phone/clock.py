"""The only place of the phone that reads the clock, so that every time it tells has one form."""

from datetime import UTC, datetime


def now() -> datetime:
    """Returns the current time, in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """Returns a time as RFC 3339 in UTC with milliseconds, such as ``2026-01-31T12:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
