"""Which time it is for the person behind a phone, as far as the phone tells."""

from __future__ import annotations

from typing import Protocol


class Zones(Protocol):
    """Tells the time zone of a phone."""

    def __call__(self, phone: str) -> str | None:
        """The IANA name of the zone (``America/Manaus``) of a phone in E.164.

        Returns:
            ``None`` when the phone does not tell, or could be in several zones.
        """
