"""The kinds of members that bodies are made of: phones, visible texts, instants."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from chalicelib.domain.values import is_group_id

# Digits and the marks people put between them. Letters stand for keypad digits to phonenumbers, and an extension is
# dropped: both would reach somebody else.
_WRITTEN_PHONE = re.compile(r"\+[\d\s().-]+")


def e164(value: str) -> str:
    """The phone in E.164, or an error that says what a phone looks like."""
    hint = "must be a phone in E.164, like +5511987654321"
    if not _WRITTEN_PHONE.fullmatch(value):
        raise ValueError(hint)
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException as error:
        raise ValueError(hint) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(hint)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def group_id(value: str) -> str:
    """The id of a group, or an error that says what one looks like."""
    if not is_group_id(value):
        raise ValueError("must be a group's id, like 120363041234567890@g.us: /api/instances/{id}/groups lists them")
    return value


def visible(value: str) -> str:
    """A text that shows something: spaces, joiners and controls alone are an empty bubble on the phone."""
    kinds = {unicodedata.category(letter) for letter in value if letter not in "\n\r\t"}
    if "Cc" in kinds:
        raise ValueError("must not contain control characters other than line breaks and tabs")
    if all(kind[0] in "CZ" for kind in kinds):
        raise ValueError("must not be blank")
    return value


def _since_1970(moment: datetime) -> datetime:
    """An instant that can be told in UTC whatever its offset was; nobody means an earlier one."""
    if moment.timestamp() < 0:
        raise ValueError("must not be before 1970")
    return moment


Instant = Annotated[AwareDatetime, Field(strict=True), AfterValidator(_since_1970)]


class Strict(BaseModel):
    """Unknown members are refused: a misspelt one would silently change what is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Phone = Annotated[str, Field(max_length=32), AfterValidator(e164)]
InstanceId = Annotated[str, Field(min_length=1, max_length=40)]


def instant(milliseconds: int | None) -> str | None:
    """RFC 3339 in UTC with milliseconds, or ``None``."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def millis(moment: datetime | None) -> int | None:
    """Milliseconds since the epoch, or ``None``."""
    return None if moment is None else round(moment.timestamp() * 1000)
