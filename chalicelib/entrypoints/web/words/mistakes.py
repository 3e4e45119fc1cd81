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
