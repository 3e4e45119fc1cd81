"""In whose language and time zone an answer tells things: as the caller asks, or else as the organization speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.bootstrap import services
from chalicelib.entrypoints.web.languages import decimal_mark, language_for, translations
from chalicelib.entrypoints.web.words.times import Times

if TYPE_CHECKING:
    from chalice.app import Request

    from chalicelib.domain.organization import Organization


def times_for(request: Request, organization: Organization) -> Times:
    """What tells times and sentences to a caller.

    Args:
        request: Its ``Accept-Language`` counts first.
        organization: The caller's; its language counts next, and instants are told in its zone.
    """
    locale = language_for(request.headers.get("accept-language", ""), organization.locale)
    return Times(translations(locale).gettext, decimal_mark(locale), organization.time_zone, services().clock.now())
