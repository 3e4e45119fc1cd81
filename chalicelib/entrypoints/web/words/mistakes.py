"""What is wrong with something that was filled in, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# By the kind of error that the shapes of the API report.
_BY_KIND: Mapping[str, str] = {
    "missing": mark("Fill this in."),
    "string_too_short": mark("Fill this in."),
    "string_too_long": mark("At most %(max_length)s characters."),
    "int_parsing": mark("Write a number."),
    "int_from_float": mark("Write a whole number."),
    "greater_than_equal": mark("At least %(ge)s."),
    "less_than_equal": mark("At most %(le)s."),
    "enum": mark("Choose one of the offered values."),
    "literal_error": mark("Choose one of the offered values."),
}
_ELSE = mark("This makes no sense here; check it.")

# What our own checks say, by their text: it is English in the API, and a sentence here.
_OURS: Mapping[str, str] = {
    "must be a phone in E.164, like +5511987654321": mark("Write it with country and area code, like +5511987654321."),
    "must not be blank": mark("Fill this in."),
    "must not contain control characters other than line breaks and tabs": mark(
        "It contains characters that nobody sees; type it anew."
    ),
    "must not be before 1970": mark("Choose an instant in the future."),
    "until must be in the future and at most 90 days ahead.": mark(
        "Choose an instant in the future, at most 90 days ahead."
    ),
    "expires_at must be in the future and after send_at.": mark("Choose an instant in the future."),
    "expires_at may be at most 90 days ahead.": mark("Choose an instant in the future, at most 90 days ahead."),
    "must be a time of day, like 21:00": mark("Write a time of day, like 21:00."),
    "per_minute must be at least 1": mark("At least 1."),
    "per_hour must be at least per_minute": mark("Not less than a minute allows."),
    "per_day must be at least per_hour": mark("Not less than an hour allows."),
    "min_interval must be at least 0": mark("At least 0."),
    "max_interval must be at least min_interval": mark("Not shorter than the shortest pause."),
    "max_interval must be at most 1 hour": mark("At most one hour."),
    "min_interval leaves no room for per_day messages in 24 h": mark(
        "With pauses as long as this, the messages of a day do not fit into it."
    ),
    "typing must be 0, or from 1,000 to 4,000 ms": mark("0 for never, or 1 to 4 seconds."),
    "reply_share must be from 0 to 50 percent": mark("From 0 to 50 %%."),
    "new_contacts must be at least 1, or null for no limit": mark("At least 1, or left open for no limit."),
    "spacing must be from 0 to 30 days": mark("At most 30 days."),
    "duplicate_window must be from 0 to 30 days": mark("At most 30 days."),
    "the warm-up starts above per_day": mark("Not more than the messages a day after the warm-up."),
    "the warm-up allows more new contacts than the time after it": mark("Not more than after the warm-up."),
    "days must be from 1 to 60": mark("From 1 to 60 days."),
    "first_day must be at least 1": mark("At least 1."),
    "new_contacts must be at least 1": mark("At least 1."),
    "growth must be from 100 to 1,000 percent": mark("From 100 to 1,000 %%: less would shrink."),
    "quiet hours must begin and end at different minutes": mark("Not the same as the beginning."),
}


def advice(gettext: Callable[[str], str], kind: str, message: str, context: Mapping[str, Any]) -> str:
    """A sentence about one mistake.

    Args:
        gettext: Translates.
        kind: The error's type, as pydantic names it.
        message: Its English text.
        context: The figures that belong to it.
    """
    text = message.removeprefix("Value error, ")
    return gettext(_OURS.get(text) or _BY_KIND.get(kind) or _ELSE) % dict(context)
